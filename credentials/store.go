package credentials

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"
)

// Store keeps a credential for the registry that serverURL names, once GitLab has said that it is good. A job token is
// accepted and not kept; a token that is kept already, verified and good, asks nobody. It returns a *RefusedError or
// *NotGitLabError where GitLab does not want it, and then what was kept before is still kept.
func (h *Helper) Store(ctx context.Context, serverURL, username string, secret Secret) error {
	host, err := ParseHost(serverURL)
	if err != nil {
		return err
	}
	if h.Job.isJobToken(secret) {
		h.trace("the secret for %s is a job token: accepted, not kept", host)
		if !h.Job.Running() {
			h.note("a job token is not kept: it dies with its job (%s)", host)
		}
		return nil
	}
	if err := checkLogin(username, secret); err != nil {
		return err
	}
	before, same, err := h.alreadyKept(ctx, host, secret)
	if err != nil {
		return err
	}
	if same && before.Verified() && before.Check(h.Now()) == nil {
		h.trace("the same secret is kept for %s, verified and good: nothing to do", host)
		return nil
	}
	if err := h.Keeper.Ready(ctx); err != nil {
		return err
	}
	life, err := h.Inspector.Inspect(ctx, host, username, secret)
	var out *UnreachableError
	if errors.As(err, &out) {
		if same {
			h.trace("%v; the same secret is kept already and stays as it is", err)
			return h.unlessGood(before, err)
		}
		h.note("%v; it is kept unverified, for %d days at most", err, UnverifiedGrace/(24*time.Hour))
		life, err = Life{Kind: KindByPrefix(secret), Expiry: ExpiryUnknown}, nil
	}
	if err != nil {
		return err
	}
	life.StoredAt = h.Now().UTC().Truncate(time.Second)
	h.trace("keeping the token for %s, expiry %s %s", host, life.Expiry, stamp(life))
	return h.Keeper.Keep(ctx, host, Token{Username: username, Secret: secret, Life: life})
}

// unlessGood returns nil while the token that life describes may be used, else err.
func (h *Helper) unlessGood(life Life, err error) error {
	if life.Check(h.Now()) == nil {
		return nil
	}
	return err
}

// alreadyKept reports whether secret is what is kept for host, and what is known of it.
func (h *Helper) alreadyKept(ctx context.Context, host Host, secret Secret) (life Life, same bool, err error) {
	kept, err := h.Keeper.Find(ctx, host)
	if errors.Is(err, ErrNotKept) {
		return Life{}, false, nil
	}
	if err != nil {
		return Life{}, false, err
	}
	token, err := h.Keeper.Reveal(ctx, kept)
	if errors.Is(err, ErrLost) {
		h.trace("the catalogue has a token for %s that the vault has lost", host)
		return Life{}, false, nil
	}
	if err != nil {
		return Life{}, false, err
	}
	return token.Life, token.Secret.Equal(secret), nil
}

// checkLogin refuses what no GitLab would take, before it travels anywhere.
func checkLogin(username string, secret Secret) error {
	switch {
	case username == "<token>":
		// Docker's mark for an identity token, a refresh token of the registry's own (docker/cli). GitLab gives out none.
		return &BadLoginError{Reason: "GitLab has no identity tokens; log in with a username and a personal access token"}
	case strings.ContainsFunc(username, unicode.IsControl):
		return &BadLoginError{Reason: "the username has a control character"}
	case strings.Contains(username, ":"):
		return &BadLoginError{Reason: "the username has a colon, which HTTP Basic cannot carry"} // RFC 7617, 2
	case secret.Empty():
		return &BadLoginError{Reason: "the password is empty"}
	case strings.ContainsFunc(secret.Reveal(), unicode.IsControl):
		return &BadLoginError{Reason: "the password has a control character"}
	}
	return nil
}
