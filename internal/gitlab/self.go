package gitlab

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

const selfPath = "/api/v4/personal_access_tokens/self"

// selfAnswer is what GitLab's API says of a token that asks about itself.
type selfAnswer struct {
	answer
	dead  credentials.Refusal // not "": the token was good once and is not any more
	token tokenRow            // where outcome is accepted
}

// String says for a trace what became of the question.
func (a selfAnswer) String() string {
	switch {
	case a.dead != "":
		return "dead, " + string(a.dead)
	case a.outcome == accepted && a.token.expiry == credentials.ExpiryKnown:
		return "accepted, expires on " + a.token.expiresAt.Format(time.DateOnly)
	}
	return a.answer.String()
}

// self lets the token ask about itself, which any scope allows (gl:lib/api/personal_access_tokens/self_information.rb).
func (c *Client) self(ctx context.Context, at instance, s credentials.Secret, hide []string) selfAnswer {
	got, err := c.fetch(ctx, at.base+selfPath, func(r *http.Request) {
		r.Header.Set("PRIVATE-TOKEN", s.Reveal())
	}, hide...)
	if err != nil {
		return selfAnswer{answer: answer{err: err}}
	}
	return readSelf(got, c.now(), hide)
}

func readSelf(got reply, now time.Time, hide []string) selfAnswer {
	switch got.status {
	case http.StatusOK:
		token, dead, err := readToken(got.body, now, hide)
		if err != nil {
			err = fmt.Errorf("%s: GitLab's answer is not understood: %w", got.url, err)
			return selfAnswer{answer: answer{outcome: garbled, err: err}}
		}
		return selfAnswer{answer: answer{outcome: accepted}, dead: dead, token: token}
	case http.StatusNotFound: // Older GitLabs lack the endpoint, and nothing is said of the token.
		return selfAnswer{answer: answer{outcome: refused, err: got.unexpected(hide...)}}
	}
	no, told := readRefusal(got, hide)
	var dead credentials.Refusal
	if told.Error == "invalid_token" { // gl:lib/api/api_guard.rb
		switch {
		case strings.HasPrefix(told.Description, "Token is expired"):
			dead = credentials.RefusedExpired
		case strings.HasPrefix(told.Description, "Token was revoked"):
			dead = credentials.RefusedRevoked
		}
	}
	if no.outcome == forbidden && told.Message == "" {
		no.outcome = refused // An OAuth error, "insufficient_scope" for one, is about the token and not its user.
	}
	return selfAnswer{answer: no, dead: dead}
}
