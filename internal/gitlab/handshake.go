package gitlab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/golang-jwt/jwt/v5"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// handshake signs in as `docker login` does: for no repository in particular (gl:app/controllers/jwt_controller.rb).
// The registry token that GitLab answers with is not used; it names the user.
func (c *Client) handshake(
	ctx context.Context, at instance, username string, s credentials.Secret, hide []string,
) signInAnswer {
	address := at.base + signInPath + "?service=" + url.QueryEscape(at.service)
	got, err := c.fetch(ctx, address, func(r *http.Request) {
		r.SetBasicAuth(username, s.Reveal())
	}, hide...)
	if err != nil {
		return signInAnswer{answer: answer{err: err}}
	}
	return readHandshake(got, hide)
}

// signInAnswer is how the registry's sign-in takes a credential, and whose it is.
type signInAnswer struct {
	answer
	user string // "": GitLab does not tell
}

func readHandshake(got reply, hide []string) signInAnswer {
	if got.status != http.StatusOK {
		no, _ := readRefusal(got, hide)
		return signInAnswer{answer: no}
	}
	token, err := readGrant(got.body)
	if err != nil {
		return signInAnswer{answer: answer{err: fmt.Errorf("%w with %w", got.unexpected(hide...), err)}}
	}
	user := subject(token)
	if label(user, hide) != user {
		user = "" // A name that cannot be shown as it is would be somebody else's.
	}
	return signInAnswer{answer: answer{outcome: accepted}, user: user}
}

var errNoToken = errors.New("no registry token; that is not GitLab")

// readGrant tells GitLab's consent from the login page of a proxy, which is a 200 as well, and returns the registry
// token.
func readGrant(body []byte) (string, error) {
	var got struct {
		Token string `json:"token"`
	}
	if err := json.Unmarshal(body, &got); err != nil || got.Token == "" {
		return "", errNoToken
	}
	return got.Token, nil
}

// subject returns the "sub" of a registry token, which is the username of who has signed in
// (gl:app/services/auth/container_registry_authentication_service.rb). It is not verified: a name is all it is used
// for.
func subject(token string) string {
	var claims jwt.RegisteredClaims
	_, _, err := jwt.NewParser().ParseUnverified(token, &claims)
	if err != nil && !errors.Is(err, jwt.ErrTokenUnverifiable) {
		return ""
	}
	return claims.Subject
}
