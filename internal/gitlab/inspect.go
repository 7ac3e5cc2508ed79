package gitlab

import (
	"context"
	"strings"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// deadline is how long a question to GitLab may take in all. Somebody waits before a `docker login`.
const deadline = 10 * time.Second

// The services that GitLab's sign-in knows (gl:app/controllers/jwt_controller.rb).
const (
	registryService = "container_registry"
	proxyService    = "dependency_proxy"
)

// Inspect implements credentials.Inspector: it returns what GitLab says of a credential that logs in at a registry,
// with instants in UTC. The answer comes within 10 seconds, and each endpoint is asked at most once: of sign-ins, the
// registry's and the dependency proxy's. Errors are a *credentials.RefusedError where GitLab does not want the
// credential, a *credentials.NotGitLabError where the registry is reached and no GitLab is behind it, and a
// *credentials.UnreachableError where nobody can tell.
func (c *Client) Inspect(ctx context.Context, asked credentials.Question) (credentials.Finding, error) {
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
	var signIn signInAnswer
	if !settled(self) {
		c.progress("signing in at %s", at.base)
		signIn = c.handshake(ctx, at, asked.Username, asked.Secret, hide)
		c.trace("%s: %v", signInPath, signIn.answer)
	}
	q := question{host: asked.Host, base: at.base, kind: credentials.KindByPrefix(asked.Secret)}
	life, err := judge(q, self, signIn.answer, c.now())
	if err != nil {
		return credentials.Finding{}, err
	}
	if signIn.outcome == accepted && at.service == registryService {
		life.Aliases = c.proxies(ctx, at, asked, hide)
	}
	return credentials.Finding{Life: life, User: signIn.user, CreatedAt: self.token.createdAt}, nil
}

// find returns the GitLab that is to be asked: the one that is named, else the one behind the registry.
func (c *Client) find(ctx context.Context, asked credentials.Question, hide []string) (instance, error) {
	if asked.GitLab == "" {
		c.progress("asking %s which GitLab it belongs to", asked.Host)
		at, err := c.discover(ctx, asked.Host, hide)
		if err == nil {
			c.trace("the GitLab behind %s is %s, service %s", asked.Host, at.base, at.service)
		}
		return at, err
	}
	base, reason := baseURL(strings.TrimRight(asked.GitLab, "/")+signInPath, true)
	if holds(base, hide) {
		reason = "which has the credential in it"
	}
	if reason != "" {
		return instance{}, &credentials.NotGitLabError{
			Host: asked.Host, Found: "its GitLab is said to be " + quoted(asked.GitLab, hide...) + ", " + reason,
		}
	}
	at := instance{base: base, service: registryService}
	if at.host() == asked.Host {
		at.service = proxyService
	}
	return at, nil
}

// proxies returns the host of GitLab's dependency proxy where it takes the credential as well: GitLab itself
// (gl:app/services/auth/dependency_proxy_authentication_service.rb). What keeps it from answering is of no consequence.
func (c *Client) proxies(
	ctx context.Context, at instance, asked credentials.Question, hide []string,
) []credentials.Host {
	at.service = proxyService
	signIn := c.handshake(ctx, at, asked.Username, asked.Secret, hide)
	c.trace("%s for the dependency proxy: %v", signInPath, signIn.answer)
	if host := at.host(); signIn.outcome == accepted && !host.IsZero() && host != asked.Host {
		return []credentials.Host{host}
	}
	return nil
}
