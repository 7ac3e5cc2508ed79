package gitlab

import (
	"context"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// deadline is how long a question to GitLab may take in all. Somebody waits before a `docker login`.
const deadline = 10 * time.Second

// Inspect implements credentials.Inspector: it returns what GitLab says of the life of the secret that username logs in
// with at the registry h, with instants in UTC. The answer comes within 10 seconds, and each endpoint is asked at most
// once. Errors are a *credentials.RefusedError where GitLab does not want the credential, a *credentials.NotGitLabError
// where the registry is reached and no GitLab is behind it, and a *credentials.UnreachableError where nobody can tell.
func (c *Client) Inspect(
	ctx context.Context, h credentials.Host, username string, s credentials.Secret,
) (credentials.Life, error) {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	hide := forms(username, s)
	at, err := c.discover(ctx, h, hide)
	if err != nil {
		return credentials.Life{}, err
	}
	c.trace("the GitLab behind %s is %s, service %s", h, at.base, at.service)
	self := c.self(ctx, at, s, hide)
	c.trace("%s: %v", selfPath, self)
	var signIn answer
	if !settled(self) {
		signIn = c.handshake(ctx, at, username, s, hide)
		c.trace("%s: %v", signInPath, signIn)
	}
	q := question{host: h, base: at.base, kind: credentials.KindByPrefix(s)}
	return judge(q, self, signIn, c.now())
}
