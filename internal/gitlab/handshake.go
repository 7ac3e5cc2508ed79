package gitlab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// handshake signs in as `docker login` does: for no repository in particular (gl:app/controllers/jwt_controller.rb).
// The registry token that GitLab answers with is not used, and not looked at beyond its being there.
func (c *Client) handshake(
	ctx context.Context, at instance, username string, s credentials.Secret, hide []string,
) answer {
	address := at.base + signInPath + "?service=" + url.QueryEscape(at.service)
	got, err := c.fetch(ctx, address, func(r *http.Request) {
		r.SetBasicAuth(username, s.Reveal())
	}, hide...)
	if err != nil {
		return answer{err: err}
	}
	return readHandshake(got, hide)
}

func readHandshake(got reply, hide []string) answer {
	if got.status != http.StatusOK {
		no, _ := readRefusal(got, hide)
		return no
	}
	if err := hasToken(got.body); err != nil {
		return answer{err: fmt.Errorf("%w with %w", got.unexpected(hide...), err)}
	}
	return answer{outcome: accepted}
}

var errNoToken = errors.New("no registry token; that is not GitLab")

// hasToken tells GitLab's consent from the login page of a proxy, which is a 200 as well.
func hasToken(body []byte) error {
	var got struct {
		Token string `json:"token"`
	}
	if err := json.Unmarshal(body, &got); err != nil || got.Token == "" {
		return errNoToken
	}
	return nil
}
