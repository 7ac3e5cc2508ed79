package credentials

import (
	"errors"
	"time"
)

// verdict returns the life of a token after GitLab has said found or err of it.
//
// That it does not know a token at all is how a deploy token or a password dies. Of a user who is blocked, or has lost
// the right to the registry, the token is alive: it is not written off.
func verdict(before Life, found Finding, err error, now time.Time) (Life, error) {
	now = now.UTC().Truncate(time.Second)
	var refused *RefusedError
	if errors.As(err, &refused) {
		after := before
		switch refused.Why {
		case RefusedExpired, RefusedInactive:
			after.Verdict = VerdictExpired
		case RefusedRevoked:
			after.Verdict = VerdictRevoked
		case RefusedUnknown:
			if before.Kind == KindPersonal && !refused.ByAPI {
				return before, err // the API, which would know, was out of reach
			}
			after.Verdict = VerdictRevoked
		default:
			return before, err
		}
		after.VerifiedAt = now
		return after, nil
	}
	if err != nil {
		return before, err
	}
	after := found.Life
	after.StoredAt, after.VerifiedAt = before.StoredAt, now
	if after.StoredAt.After(now) {
		after.StoredAt = now // it was stored by a clock that was ahead, and GitLab has spoken since
	}
	if after.Aliases == nil {
		after.Aliases = before.Aliases // GitLab may only have been too busy to say
	}
	if after.Expiry == ExpiryUnknown {
		// What was known of it, from GitLab or from its owner, is not forgotten because GitLab does not say it now.
		after.Kind, after.Name, after.Scopes = before.Kind, before.Name, before.Scopes
		after.Expiry, after.ExpiresAt = before.Expiry, before.ExpiresAt
	}
	return after, nil
}
