package credentials

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
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
	good := same && before.Life.Check(h.Now()) == nil
	if good && before.Life.Verified() {
		h.trace("the same secret is kept for %s, verified and good: nothing to do", host)
		return nil
	}
	if err := h.Keeper.Ready(ctx); err != nil {
		return err
	}
	found, err := h.Inspector.Inspect(ctx, Question{Host: host, Username: username, Secret: secret})
	life := found.Life
	var out *UnreachableError
	unverified := errors.As(err, &out)
	switch {
	case unverified && good && before.Username == username:
		h.trace("%v; the same secret is kept already and stays as it is", err)
		return nil
	case unverified && same && !good:
		return err // asking again does not make an unverified token any younger
	case unverified:
		life = Life{Kind: KindByPrefix(secret), Expiry: ExpiryUnknown}
	case err != nil:
		return err
	}
	life.StoredAt = h.Now().UTC().Truncate(time.Second)
	if err := life.Check(h.Now()); err != nil {
		return forHost(err, host)
	}
	h.trace("keeping the token for %s, expiry %s %s", host, life.Expiry, stamp(life))
	if err := h.Keeper.Keep(ctx, host, Token{Username: username, Secret: secret, Life: life}); err != nil {
		return err
	}
	if unverified {
		h.note("%v; it is kept unverified, for %d days at most", out, UnverifiedGrace/(24*time.Hour))
	}
	if h.Job.Covers(host) {
		h.note("the token for %s is kept, but in this job the job token answers; docker logout here leaves it", host)
	}
	return nil
}

// alreadyKept returns the token that is kept for host, and whether it is this very secret. It only spares work: a vault
// that cannot be read means "no", and is judged when it is written. So does a record that the catalogue does not know,
// of a write that was cut short, which keeping it anew repairs.
func (h *Helper) alreadyKept(ctx context.Context, host Host, secret Secret) (t Token, same bool, err error) {
	kept, err := h.Keeper.Find(ctx, host)
	if errors.Is(err, ErrNotKept) {
		return Token{}, false, nil
	}
	if err != nil {
		return Token{}, false, err
	}
	t, err = h.Keeper.Reveal(ctx, kept)
	var slow interface{ Timeout() bool }
	if errors.As(err, &slow) && slow.Timeout() {
		return Token{}, false, err // it would not be written any faster, and somebody waits
	}
	if err != nil {
		h.trace("what is kept for %s cannot be compared: %v", host, err)
		return Token{}, false, nil
	}
	if t.ID != kept.ID {
		h.trace("the record kept for %s is not the one that the catalogue knows", host)
		return Token{}, false, nil
	}
	return t, t.Secret.Equal(secret), nil
}

// checkLogin refuses what no GitLab would take, before it travels anywhere.
func checkLogin(username string, secret Secret) error {
	switch {
	case username == "":
		return &BadLoginError{Reason: "the username is empty"}
	case username == "<token>":
		// Docker's mark for an identity token, a refresh token of the registry's own (docker/cli). GitLab gives out none.
		return &BadLoginError{Reason: "GitLab has no identity tokens; log in with a username and a personal access token"}
	case strings.ContainsFunc(username, unicode.IsControl):
		return &BadLoginError{Reason: "the username has a control character"}
	case strings.Contains(username, ":"):
		return &BadLoginError{Reason: "the username has a colon, which HTTP Basic cannot carry"} // RFC 7617, 2
	case !secret.Empty() && strings.Contains(username, secret.Reveal()), strings.Contains(username, "glpat-"):
		// The username stands in the catalogue and in "list", in the open.
		return &BadLoginError{Reason: "the username is a token; give your GitLab username there"}
	case secret.Empty():
		return &BadLoginError{Reason: "the password is empty"}
	case !utf8.ValidString(username) || !utf8.ValidString(secret.Reveal()):
		// JSON, which carries both to Docker and to the vault, would change it.
		return &BadLoginError{Reason: "the username or the password is not UTF-8"}
	case strings.ContainsFunc(secret.Reveal(), unicode.IsControl):
		return &BadLoginError{Reason: "the password has a control character"}
	}
	return nil
}
