package credentials

import (
	"errors"
	"fmt"
	"time"
)

// Expiry says what is known of the moment at which GitLab stops accepting a token.
type Expiry string

// What can be known of an expiry.
const (
	ExpiryKnown   Expiry = "known"   // Life.ExpiresAt is that moment
	ExpiryNever   Expiry = "never"   // GitLab says that the token has none
	ExpiryUnknown Expiry = "unknown" // GitLab does not tell: a deploy token, a password, GitLab out of reach
)

// Kind is what sort of credential was kept, as far as it is known.
type Kind string

// The kinds of credential.
const (
	KindPersonal Kind = "personal-access-token" // also group and project access tokens, which GitLab gives to bot users
	KindDeploy   Kind = "deploy-token"
	KindJob      Kind = "job-token"     // a CI job's own, which is never kept
	KindRunner   Kind = "runner-token"  // by which a runner signs in to GitLab, and to no registry
	KindTrigger  Kind = "trigger-token" // likewise of no registry
	KindOAuth    Kind = "oauth-secret"
	KindIdentity Kind = "identity-token" // of another registry: GitLab gives out none
	KindUnknown  Kind = "unknown"
)

// Verdict is GitLab's own word on a kept token, once it has said that the token is dead.
type Verdict string

// What GitLab may have said.
const (
	VerdictNone    Verdict = ""
	VerdictExpired Verdict = "expired"
	VerdictRevoked Verdict = "revoked"
)

// Life is what is known of a token without the token itself. Instants are UTC.
type Life struct {
	Kind       Kind      `json:"kind"`
	Name       string    `json:"token_name,omitempty"`
	Scopes     []string  `json:"scopes,omitempty"`
	Expiry     Expiry    `json:"expiry"`
	ExpiresAt  time.Time `json:"expires_at,omitzero"`
	StoredAt   time.Time `json:"stored_at"`
	VerifiedAt time.Time `json:"verified_at,omitzero"` // zero: GitLab was never asked
	Verdict    Verdict   `json:"verdict,omitempty"`
	GitLab     string    `json:"gitlab_url,omitempty"` // base URL, no slash at the end
	Aliases    []Host    `json:"aliases,omitempty"`    // where it is good as well: the dependency proxy
}

// Verified reports whether GitLab has ever said what it thinks of the token.
func (l Life) Verified() bool { return !l.VerifiedAt.IsZero() }

// Check returns nil while the token may be used, and a *NotGoodError from the moment it may not.
//
// A clock that stands before the moment the token was last verified is not believed: the later of the two counts, so
// that setting the clock back does not bring a token to life.
func (l Life) Check(now time.Time) error {
	seen := l.StoredAt
	if l.VerifiedAt.After(seen) {
		seen = l.VerifiedAt
	}
	if seen.After(now) {
		now = seen
	}
	switch {
	case l.Validate() != nil:
		return l.Validate()
	case l.Verdict != VerdictNone:
		return &NotGoodError{Life: l, Reason: NotGood(l.Verdict), Since: l.VerifiedAt}
	case l.Expiry == ExpiryKnown && !now.Before(l.ExpiresAt):
		return &NotGoodError{Life: l, Reason: Expired, Since: l.ExpiresAt}
	case l.Expiry == ExpiryKnown && !now.Before(l.ExpiresAt.Add(-ExpiryMargin)):
		return &NotGoodError{Life: l, Reason: ExpiresNow, Since: l.ExpiresAt}
	case l.Expiry == ExpiryUnknown && !now.Before(seen.Add(UnverifiedGrace)):
		return &NotGoodError{Life: l, Reason: Unverified, Since: seen.Add(UnverifiedGrace)}
	}
	return nil
}

// Earlier returns l with the earlier end of l and other: of two instants the earlier, and any instant before none. It
// joins what the catalogue and the vault say of one token.
func (l Life) Earlier(other Life) Life {
	if l.Verdict == VerdictNone {
		l.Verdict = other.Verdict
	}
	switch {
	case other.Expiry == ExpiryKnown && (l.Expiry != ExpiryKnown || other.ExpiresAt.Before(l.ExpiresAt)):
		l.Expiry, l.ExpiresAt = ExpiryKnown, other.ExpiresAt
	case other.Expiry == ExpiryUnknown && l.Expiry == ExpiryNever:
		l.Expiry = ExpiryUnknown
	}
	return l
}

// Validate returns an error for a life that no version up to this one has written.
func (l Life) Validate() error {
	switch {
	case l.Expiry != ExpiryKnown && l.Expiry != ExpiryNever && l.Expiry != ExpiryUnknown:
		return fmt.Errorf("expiry %q is not known here", l.Expiry)
	case l.Expiry == ExpiryKnown && l.ExpiresAt.IsZero():
		return errors.New("the expiry is called known and is missing")
	case l.Verdict != VerdictNone && l.Verdict != VerdictExpired && l.Verdict != VerdictRevoked:
		return fmt.Errorf("verdict %q is not known here", l.Verdict)
	}
	return nil
}

// NotGood is why a kept token is not used.
type NotGood string

// Why a kept token is not used.
const (
	Expired    NotGood = "expired"
	Revoked    NotGood = "revoked"
	ExpiresNow NotGood = "expires-now" // within ExpiryMargin
	Unverified NotGood = "unverified"  // unknown expiry, and not verified for UnverifiedGrace
)

// NotGoodError is returned for a token that may not be used any more.
type NotGoodError struct {
	Host   Host // set by Helper
	Life   Life
	Reason NotGood
	Since  time.Time // when it stopped being good; for ExpiresNow, when it will expire
}

// Error says which token, why and since when.
func (e *NotGoodError) Error() string {
	token := "the token for " + e.Host.String()
	if e.Life.Name != "" {
		token += fmt.Sprintf(" (%q)", e.Life.Name)
	}
	at := e.Since.UTC().Format("2006-01-02 15:04 UTC")
	switch e.Reason {
	case Revoked:
		return token + " was revoked, as GitLab said on " + at
	case ExpiresNow:
		return token + " expires within minutes, at " + at
	case Unverified:
		return token + " has no known expiry and was not verified for 30 days, until " + at
	}
	if e.Life.Verdict == VerdictExpired {
		return token + " has expired, as GitLab said on " + at
	}
	return token + " has expired on " + at
}

// forHost says in err for which host the token was kept.
func forHost(err error, h Host) error {
	var bad *NotGoodError
	if errors.As(err, &bad) {
		bad.Host = h
	}
	return err
}
