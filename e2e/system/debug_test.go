package system

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// With GITLABJOB_DEBUG=1 the helper explains each decision. That no secret is in it, not even one that GitLab echoes, is
// for sweep to find.
func TestDebugExplainsEachVerb(t *testing.T) {
	me := newAccount(t)
	me.join(newSession(t))
	me.Set("GITLABJOB_DEBUG", "1")
	token := lab.token(goodToken())
	explained := func(o outcome, step string) {
		t.Helper()
		if !strings.Contains(o.stderr, "debug: gitlabjob: ") || !strings.Contains(o.stderr, step) {
			t.Errorf("it does not explain %q: %v", step, o)
		}
	}
	lab.gitlab.Fault(gitlabtest.Fault{
		Status: http.StatusUnauthorized, Body: `{"errors":[{"code":"UNAUTHORIZED","message":"no: ` + gitlabtest.Echo + `"}]}`,
	})
	refused := me.store(t, token)
	lab.gitlab.Fault(gitlabtest.Fault{})
	explained(refused.fails(t, "no: [redacted]"), "/jwt/auth: refused")
	explained(me.store(t, token).succeeds(t), "keeping the token")
	explained(me.helper(t, "get", lab.registry).succeeds(t), "the kept token answers")
	explained(me.run(t, "", lab.docker, "pull", lab.image).succeeds(t), "the kept token answers")
	explained(me.helper(t, "list", "unused").succeeds(t), "the catalogue is in")
	explained(me.helper(t, "erase", lab.registry).succeeds(t), "removed the token")
	me.startAnyJob(t)
	explained(me.helper(t, "get", lab.registry).succeeds(t), "the job token answers")
}
