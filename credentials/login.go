package credentials

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// AnyUsername is what a personal access token logs in with where its own user is not known: GitLab takes it under any.
const AnyUsername = "oauth2"

// LoginRequest is a credential that a person wants to have kept.
type LoginRequest struct {
	Question
	// Expires is the day at whose start the credential dies, for what GitLab cannot tell; zero: nobody has said.
	Expires time.Time
}

// Login keeps a credential, once GitLab has said that it is good, and returns what is kept. Without a username it is
// the credential's own where GitLab tells it, else AnyUsername. It differs from Store in that a person is there to
// decide: where GitLab is out of reach the credential is refused with an *UnreachableError, unless its expiry is given.
func (h *Helper) Login(ctx context.Context, r LoginRequest) (Kept, error) {
	own := r.Username == ""
	if own {
		r.Username = AnyUsername
	}
	if err := h.checkRequest(r); err != nil {
		return Kept{}, err
	}
	if err := h.Keeper.Ready(ctx); err != nil {
		return Kept{}, err
	}
	found, err := h.Inspector.Inspect(ctx, r.Question)
	var out *UnreachableError
	switch {
	case errors.As(err, &out) && !r.Expires.IsZero():
		found.Life = Life{Kind: KindByPrefix(r.Secret), Expiry: ExpiryUnknown, GitLab: r.GitLab}
	case err != nil:
		return Kept{}, err
	}
	if own && found.User != "" && found.User != JobUsername && checkLogin(found.User, r.Secret) == nil {
		r.Username = found.User
	}
	life := found.Life
	if life.Expiry == ExpiryUnknown && !r.Expires.IsZero() {
		life.Expiry, life.ExpiresAt = ExpiryKnown, r.Expires.UTC()
	}
	life.StoredAt = h.Now().UTC().Truncate(time.Second)
	if err := life.Check(h.Now()); err != nil {
		return Kept{}, forHost(err, r.Host)
	}
	h.trace("keeping the token for %s as %q, expiry %s %s", r.Host, r.Username, life.Expiry, stamp(life))
	if err := h.Keeper.Keep(ctx, r.Host, Token{Username: r.Username, Secret: r.Secret, Life: life}); err != nil {
		return Kept{}, err
	}
	if out != nil {
		h.note("%v; it is kept unverified, until the day that was given", out)
	}
	return h.Keeper.Find(ctx, r.Host)
}

// checkRequest refuses what needs no GitLab to be refused.
func (h *Helper) checkRequest(r LoginRequest) error {
	switch {
	case r.Username == JobUsername:
		return &BadLoginError{Reason: fmt.Sprintf("the username %s is for job tokens, which are not kept", JobUsername)}
	case h.Job.isJobToken(r.Secret):
		return &BadLoginError{Reason: "a job token is not kept: it dies with its job"}
	case !r.Expires.IsZero() && !h.Now().Before(r.Expires.Add(-ExpiryMargin)):
		return &BadLoginError{Reason: "the day on which it is said to expire has begun: " + r.Expires.Format(time.DateOnly)}
	}
	return checkLogin(r.Username, r.Secret)
}

// registryScopes are those that this program has a use for; TooWide returns the others.
var registryScopes = map[string]bool{
	"read_registry": true, "write_registry": true, "self_rotate": true,
	"read_virtual_registry": true, "write_virtual_registry": true,
}

// TooWide returns the scopes that a token for a registry does not need, and that whoever gets hold of it would have.
func (l Life) TooWide() []string {
	var wide []string
	for _, scope := range l.Scopes {
		if !registryScopes[scope] {
			wide = append(wide, scope)
		}
	}
	return wide
}

// Rotates reports whether the token may replace itself (gl:lib/api/personal_access_tokens/self_rotation.rb).
func (l Life) Rotates() bool {
	for _, scope := range l.Scopes {
		if scope == "self_rotate" || scope == "api" {
			return true
		}
	}
	return false
}
