package doctor

import (
	"context"
	"testing"
	"testing/fstest"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/homes"
)

// TestShellVariable: what the asking shell has in DOCKER_AUTH_CONFIG is no business of gitlab-runner's, unless this is a
// job, where it is the job's own.
func TestShellVariable(t *testing.T) {
	const set = `{"auths": {"registry.example.com": {"auth": "b2Y6Y29uZmln"}}}`
	env := map[string]string{"HOME": t.TempDir(), "DOCKER_AUTH_CONFIG": `{"auths": {"quay.io": {"auth": "bWU6cHc="}}}`}
	look := func() Runner {
		l := &Looking{
			Getenv: func(name string) string { return env[name] }, Me: homes.Account{Name: "me", UID: 12345, Dir: env["HOME"]},
			Root: fstest.MapFS{"etc/gitlab-runner/config.toml": {
				Data: []byte("[[runners]]\nenvironment = ['DOCKER_AUTH_CONFIG=" + set + "']\n"),
			}},
		}
		m, err := l.Look(context.Background())
		if err != nil || len(m.Runner.Pulls) != 1 || m.Runner.Pulls[0].AuthConfig == nil {
			t.Fatalf("%+v, %v", m.Runner, err)
		}
		return m.Runner
	}
	if got := string(look().Pulls[0].AuthConfig.Text); got != set {
		t.Errorf("outside of a job: %s", got)
	}
	env["CI_JOB_TOKEN"], env["CI_REGISTRY"] = "glcbt-64_x", registry
	if got := string(look().Pulls[0].AuthConfig.Text); got != env["DOCKER_AUTH_CONFIG"] {
		t.Errorf("in a job: %s", got)
	}
}
