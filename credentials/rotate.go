package credentials

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// MaxLifetime is how long a personal access token may live on an instance that has not said otherwise, in days
// (gl:doc/user/profile/personal_access_tokens).
const MaxLifetime = 365

// calm is how long after its beginning a rotation is left alone that had no answer. Its request may still be on the
// way: two of them for one token, and GitLab would revoke whatever came of it.
const calm = time.Minute

// settling is how long a request whose answer did not come may still be at work within GitLab: it is waited for before
// GitLab is asked what has become of the token.
const settling = 5 * time.Second

// ErrTooSoon means that a rotation was tried a moment ago, and that GitLab's answer did not come.
var ErrTooSoon = errors.New("a rotation had no answer a moment ago, and may still be going on at GitLab")

// NewTokenLostError means that GitLab has replaced the token, and that the new one could be written nowhere.
type NewTokenLostError struct {
	Host Host
	Err  error
	// Again tries to keep it once more.
	Again func(context.Context) error
}

// Error implements error.
func (e *NewTokenLostError) Error() string {
	return fmt.Sprintf("GitLab has replaced the token for %s, and the new one could not be kept: %v", e.Host, e.Err)
}

// Unwrap returns why it could not be kept.
func (e *NewTokenLostError) Unwrap() error { return e.Err }

// Rotate replaces a kept token by a new one, for every host that it is kept for, and returns what is kept then. expires
// is the day at whose start the new one dies; zero: it lives as long as the old one did, and MaxLifetime days at most.
//
// The old token dies within GitLab, before the new one is here. So the steps are in an order in which a process that is
// killed anywhere leaves behind what can be made sense of: the intention is noted before GitLab is asked to, the new
// token is written before anything else is, and the old one is never sent to be replaced again unless GitLab has said
// since that it is alive.
func (h *Helper) Rotate(ctx context.Context, seen Kept, expires time.Time) ([]Kept, error) {
	renewal, err := h.Keeper.Renew(ctx, seen)
	if err != nil {
		return nil, err
	}
	defer renewal.Close()
	if renewal.Finished() {
		return renewal.Hosts(), nil
	}
	token, err := renewal.Token()
	if err != nil {
		return nil, err
	}
	q := Question{Host: seen.Host, Username: token.Username, Secret: token.Secret, GitLab: token.Life.GitLab}
	since, interrupted := renewal.Interrupted()
	for _, k := range renewal.Hosts() {
		if last := k.Rotation.Since; !last.IsZero() && h.Now().Sub(last).Abs() < calm {
			return nil, ErrTooSoon
		}
	}
	found, err := h.Issuer.Self(ctx, q)
	switch {
	case errors.As(err, new(*RefusedError)) && interrupted:
		return nil, &InterruptedError{Host: seen.Host, Since: since}
	case isUnknown(err) && token.Life.Kind != KindPersonal:
		return nil, &RefusedError{Host: seen.Host, Why: RefusedKind, GitLab: q.GitLab}
	case err != nil:
		renewal.Close()
		h.writeDown(ctx, renewal.Hosts(), err)
		return nil, err
	case !found.Life.Rotates():
		return nil, &RefusedError{Host: seen.Host, Why: RefusedScope, GitLab: found.Life.GitLab}
	}
	if expires.IsZero() {
		expires = h.sameLifetime(found)
	}
	q.GitLab = found.Life.GitLab
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ctx = context.WithoutCancel(ctx) // from here on nobody gives up halfway
	if err := renewal.Intend(ctx, h.Now()); err != nil {
		return nil, err
	}
	h.trace("asking GitLab for a new token for %s, until %s", q.Host, expires.Format(time.DateOnly))
	secret, made, err := h.Issuer.Rotate(ctx, q, expires)
	if err != nil {
		return nil, h.notRotated(ctx, renewal, q, err)
	}
	fresh := Token{Username: token.Username, Secret: secret, Life: made.Life}
	fresh.Life.StoredAt = h.Now().UTC().Truncate(time.Second)
	fresh.Life.Aliases = token.Life.Aliases
	if made.Life.Name == "" && len(made.Life.Scopes) == 0 { // the new one's row was not told, and it has the same ones
		fresh.Life.Name, fresh.Life.Scopes = found.Life.Name, found.Life.Scopes
	}
	if err := checkLogin(fresh.Username, secret); err != nil {
		return nil, fmt.Errorf("%w: GitLab's new token: %w", &InterruptedError{Host: q.Host, Since: h.Now()}, err)
	}
	if err := renewal.Commit(ctx, fresh); err != nil {
		return nil, &NewTokenLostError{Host: q.Host, Err: err, Again: func(ctx context.Context) error {
			return h.commitAgain(ctx, seen, fresh)
		}}
	}
	return renewal.Hosts(), forHost(fresh.Life.Check(h.Now()), q.Host)
}

// isUnknown reports whether err says that GitLab's API knows no such personal access token.
func isUnknown(err error) bool {
	var refused *RefusedError
	return errors.As(err, &refused) && refused.Why == RefusedUnknown
}

// commitAgain does Commit for a Renewal that was closed without one.
func (h *Helper) commitAgain(ctx context.Context, seen Kept, fresh Token) error {
	renewal, err := h.Keeper.Renew(ctx, seen)
	if err != nil {
		return err
	}
	defer renewal.Close()
	if renewal.Finished() {
		return nil
	}
	return renewal.Commit(ctx, fresh)
}

// writeDown writes down that GitLab has refused the kept tokens with err, where it says that they are dead.
func (h *Helper) writeDown(ctx context.Context, all []Kept, err error) {
	for i, k := range all {
		life, alive := verdict(k.Life, Finding{}, err, h.Now())
		if alive != nil {
			return
		}
		all[i].Life = life
	}
	h.trace("writing down that it is dead: %v", h.Keeper.Amend(ctx, all))
}

// notRotated sees to the note after a request that did not bring a new token.
func (h *Helper) notRotated(ctx context.Context, renewal Renewal, q Question, err error) error {
	var uncertain *UncertainError
	if errors.As(err, &uncertain) {
		h.trace("it is not certain what GitLab has done: %v", err)
		if !uncertain.Answered && h.Pause != nil {
			h.Pause(settling)
		}
		if _, selfErr := h.Issuer.Self(ctx, q); selfErr != nil {
			return fmt.Errorf("%w: %w", &InterruptedError{Host: q.Host, Since: h.Now()}, err)
		}
	}
	if noteErr := renewal.Withdraw(ctx, uncertain == nil); noteErr != nil {
		return fmt.Errorf("%w: %w: %w", &InterruptedError{Host: q.Host, Since: h.Now()}, noteErr, err)
	}
	return err
}

// sameLifetime returns the day on which a new token expires that lives as long as the old one did.
func (h *Helper) sameLifetime(old Finding) time.Time {
	today := h.Now().UTC().Truncate(day)
	days := MaxLifetime
	if old.Life.Expiry == ExpiryKnown && !old.CreatedAt.IsZero() {
		lived := int(old.Life.ExpiresAt.Sub(old.CreatedAt.UTC().Truncate(day)) / day)
		days = min(max(lived, 1), MaxLifetime)
	}
	return today.AddDate(0, 0, days)
}

// mendAll mends what can be mended of the interrupted rotations, and returns what is kept then.
func (h *Helper) mendAll(ctx context.Context, all []Kept) []Kept {
	all = slices.Clone(all)
	for i, k := range all {
		if !k.Rotation.Begun() {
			continue
		}
		h.mend(ctx, k)
		if now, err := h.Keeper.Find(ctx, k.Host); err == nil {
			all[i] = now
		}
	}
	return all
}

// mend takes the note of an interrupted rotation away where GitLab says that the old token is alive: the request for a
// new one has never reached it.
func (h *Helper) mend(ctx context.Context, k Kept) {
	renewal, err := h.Keeper.Renew(ctx, k)
	if err != nil {
		h.trace("the interrupted rotation for %s stays: %v", k.Host, err)
		return
	}
	defer renewal.Close()
	since, interrupted := renewal.Interrupted()
	if !interrupted {
		return
	}
	if h.Now().Sub(since).Abs() < calm {
		h.trace("the rotation for %s was interrupted a moment ago: its request may still be on the way", k.Host)
		return
	}
	old, err := renewal.Token()
	if err == nil {
		_, err = h.Issuer.Self(ctx, Question{Host: k.Host, Secret: old.Secret, GitLab: old.Life.GitLab})
	}
	if err == nil {
		err = renewal.Withdraw(ctx, true)
	}
	h.trace("GitLab was asked whether the old token for %s is alive: %v", k.Host, err)
}
