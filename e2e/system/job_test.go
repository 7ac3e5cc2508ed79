package system

import (
	"io"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// jobTokens are the two forms in which GitLab makes them.
var jobTokens = map[string]func() string{
	"opaque token": func() string { return lab.secret("glcbt-64_") },
	"JWT":          func() string { return gitlabtest.JobJWT(time.Now(), time.Hour) },
}

// startJob makes the account a CI job's: it has the variables that GitLab sets in every job that concern the registry.
func (a *account) startJob(t *testing.T, secret string) {
	t.Helper()
	lab.token(gitlabtest.Token{Secret: secret, Kind: gitlabtest.JobToken, Projects: []string{project}})
	gitlab, err := url.Parse(lab.gitlab.URL)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"CI": "true", "GITLAB_CI": "true", "CI_JOB_ID": "4711", "CI_JOB_TIMEOUT": "3600", "CI_JOB_TOKEN": secret,
		"CI_PROJECT_PATH": project, "CI_REGISTRY": lab.registry, "CI_REGISTRY_IMAGE": lab.registry + "/" + project,
		"CI_REGISTRY_USER": "gitlab-ci-token", "CI_REGISTRY_PASSWORD": secret,
		"CI_SERVER_URL": lab.gitlab.URL, "CI_SERVER_HOST": gitlab.Hostname(), "CI_SERVER_PORT": gitlab.Port(),
		"CI_SERVER_PROTOCOL": gitlab.Scheme, "CI_SERVER_FQDN": gitlab.Host, "CI_DEPENDENCY_PROXY_SERVER": gitlab.Host,
		"CI_DEPENDENCY_PROXY_USER": "gitlab-ci-token", "CI_DEPENDENCY_PROXY_PASSWORD": secret,
	} {
		a.Set(name, value)
	}
}

func (a *account) startAnyJob(t *testing.T) {
	t.Helper()
	a.startJob(t, lab.secret("glcbt-64_"))
}

func TestJob(t *testing.T) {
	for form, newToken := range jobTokens {
		t.Run(form, func(t *testing.T) {
			token := newToken()
			for _, c := range clients {
				t.Run(c.name, func(t *testing.T) {
					job := newAccount(t)
					job.startJob(t, token)
					c.fetch(t, job, lab.image).succeeds(t)
					if !job.asked(t, "get") {
						t.Error("it succeeded without asking the helper")
					}
				})
			}
			t.Run("docker push", func(t *testing.T) {
				job := newAccount(t)
				job.startJob(t, token)
				pushed := lab.registry + "/" + project + "/" + strings.ReplaceAll(strings.ToLower(form), " ", "-") + ":1"
				push(t, job, pushed).succeeds(t)
				if has, err := lab.has(t.Context(), pushed); !has || err != nil {
					t.Errorf("the registry has %s: %t, %v", pushed, has, err)
				}
			})
		})
	}
}

// Without the token everything is refused, or the tests above would show nothing.
func TestNoJob(t *testing.T) {
	for _, c := range clients {
		t.Run(c.name, func(t *testing.T) {
			nobody := newAccount(t)
			c.fetch(t, nobody, lab.image).fails(t)
			if !nobody.asked(t, "get") {
				t.Error("the helper was not asked")
			}
		})
	}
	t.Run("docker push", func(t *testing.T) {
		pushed := lab.registry + "/" + project + "/nobody:1"
		push(t, newAccount(t), pushed).fails(t)
		if has, err := lab.has(t.Context(), pushed); has || err != nil {
			t.Errorf("the registry has %s: %t, %v", pushed, has, err)
		}
	})
}

// push makes an image in the engine, from nothing but busybox, and pushes it.
func push(t *testing.T, a *account, image string) outcome {
	t.Helper()
	files, err := busyboxTar()
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if _, err := io.Copy(&text, files); err != nil {
		t.Fatal(err)
	}
	a.run(t, text.String(), lab.docker, "import", "-", image).succeeds(t)
	return a.run(t, "", lab.docker, "push", image)
}
