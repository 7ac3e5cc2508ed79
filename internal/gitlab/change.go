package gitlab

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

const rotatePath = selfPath + "/rotate"

// Self implements credentials.Issuer.
func (c *Client) Self(ctx context.Context, asked credentials.Question) (credentials.Finding, error) {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	hide := forms(asked.Username, asked.Secret)
	at, err := c.find(ctx, asked, hide)
	if err != nil {
		return credentials.Finding{}, err
	}
	c.progress("asking %s about the token", at.base)
	self := c.self(ctx, at, asked.Secret, hide)
	c.trace("%s: %v", selfPath, self)
	q := question{host: asked.Host, base: at.base, byAPI: true}
	switch {
	case self.dead != "":
		_, err = q.refuse(self.dead, self.word)
	case self.outcome == refused && self.err == nil:
		_, err = q.refuse(credentials.RefusedUnknown, self.word)
	case self.outcome == forbidden:
		_, err = q.refuse(credentials.RefusedBlocked, self.word)
	case self.outcome != accepted:
		_, err = q.unreachable(self.err)
	}
	if err != nil {
		return credentials.Finding{}, err
	}
	return self.token.finding(at.base, c.now()), nil
}

// Rotate implements credentials.Issuer (gl:lib/api/personal_access_tokens/self_rotation.rb).
func (c *Client) Rotate(
	ctx context.Context, asked credentials.Question, expires time.Time,
) (credentials.Secret, credentials.Finding, error) {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	body, err := json.Marshal(map[string]string{"expires_at": expires.UTC().Format(time.DateOnly)})
	if err != nil {
		return credentials.Secret{}, credentials.Finding{}, err
	}
	at, err := c.find(ctx, asked, forms(asked.Username, asked.Secret))
	if err != nil {
		return credentials.Secret{}, credentials.Finding{}, err
	}
	asked.GitLab = at.base
	c.progress("asking %s for a new token in the place of the old one", at.base)
	got, err := c.change(ctx, http.MethodPost, rotatePath, body, asked)
	if err != nil {
		return credentials.Secret{}, credentials.Finding{}, err
	}
	var row struct {
		Token string `json:"token"`
	}
	if err := json.Unmarshal(got.body, &row); err != nil || row.Token == "" {
		err := fmt.Errorf("%s answers %s without a token", got.url, got.statusText())
		return credentials.Secret{}, credentials.Finding{}, &credentials.UncertainError{Err: err, Answered: true}
	}
	secret := credentials.NewSecret(row.Token)
	hide := append(forms(asked.Username, secret), forms(asked.Username, asked.Secret)...)
	token, dead, err := readToken(got.body, c.now(), hide)
	if err != nil || dead != "" {
		// The token is what counts. When it dies is unknown until GitLab is asked again.
		c.trace("the new token's row is not understood: %v %v", err, dead)
		token.expiry, token.expiresAt = credentials.ExpiryUnknown, time.Time{}
	}
	return secret, token.finding(at.base, c.now()), nil
}

// Revoke implements credentials.Issuer (gl:lib/api/personal_access_tokens/self_information.rb).
func (c *Client) Revoke(ctx context.Context, asked credentials.Question) error {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	hide := forms(asked.Username, asked.Secret)
	at, err := c.find(ctx, asked, hide)
	if err != nil {
		return err
	}
	asked.GitLab = at.base
	c.progress("asking %s to revoke the token", at.base)
	got, err := c.change(ctx, http.MethodDelete, selfPath, nil, asked)
	var refused *credentials.RefusedError
	var uncertain *credentials.UncertainError
	switch {
	case err == nil && got.status != http.StatusNoContent: // the login page of a proxy
		return &credentials.UnreachableError{Host: asked.Host, Err: got.unexpected(hide...)}
	case errors.As(err, &uncertain): // it can be asked again
		return &credentials.UnreachableError{Host: asked.Host, Err: uncertain.Err}
	case errors.As(err, &refused) &&
		(refused.Why == credentials.RefusedExpired || refused.Why == credentials.RefusedRevoked):
		return nil
	}
	return err
}

// change asks GitLab to change the token that asks. Where the request was sent, and the answer does not say that
// nothing was done, the error is a *credentials.UncertainError.
func (c *Client) change(
	ctx context.Context, method, path string, body []byte, asked credentials.Question,
) (reply, error) {
	// A request that is given up while it is being written may arrive all the same. So it counts as sent from the moment
	// there is a connection for it: through the proxy, and with TLS.
	var sent atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { sent.Store(true) },
	})
	hide := forms(asked.Username, asked.Secret)
	got, err := c.send(ctx, method, asked.GitLab+path, bytes.NewReader(body), func(r *http.Request) {
		r.Header.Set("PRIVATE-TOKEN", asked.Secret.Reveal())
		if body != nil {
			r.Header.Set("Content-Type", "application/json")
		}
	}, hide...)
	q := question{host: asked.Host, base: asked.GitLab, byAPI: true}
	switch {
	case err != nil && sent.Load():
		return reply{}, &credentials.UncertainError{Err: err}
	case err == nil && got.status >= 200 && got.status < 300:
		c.trace("%s %s: %d", method, path, got.status)
		return got, nil
	case err == nil && got.status >= 500: // but for 500 they come from something before GitLab, which may work on
		return reply{}, &credentials.UncertainError{
			Err: got.unexpected(hide...), Answered: got.status == http.StatusInternalServerError,
		}
	case err == nil:
		err = refusedChange(q, got, hide)
	default:
		_, err = q.unreachable(err)
	}
	c.trace("%s %s: %v", method, path, err)
	return reply{}, err
}

// refusedChange reads an answer by which nothing was changed. One without GitLab's reason is not GitLab's: there are
// proxies that let no method through but GET.
func refusedChange(q question, got reply, hide []string) error {
	var told refusal
	_ = json.Unmarshal(got.body, &told)
	why := credentials.RefusedChange
	switch status := got.status; {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		self := readSelf(got, time.Time{}, hide)
		switch {
		case told.Error == "insufficient_scope":
			why = credentials.RefusedScope
		case self.dead != "":
			why = self.dead
		case self.outcome == outOfReach:
			_, err := q.unreachable(self.err)
			return err
		case self.outcome == forbidden:
			why = credentials.RefusedBlocked
		default:
			why = credentials.RefusedUnknown
		}
	case told.text() != "" && status == http.StatusMethodNotAllowed:
		why = credentials.RefusedKind
	case told.text() != "" && (status == http.StatusBadRequest || status == http.StatusUnprocessableEntity):
	default:
		_, err := q.unreachable(got.unexpected(hide...))
		return err
	}
	_, err := q.refuse(why, word(told.text(), hide...))
	return err
}
