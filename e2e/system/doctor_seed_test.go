package system

import (
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// staleLogin is what somebody has left behind.
type staleLogin struct {
	username, secret string
	offline          string // what doctor can say of it by itself
	id               string // of the finding then
	online           string // and with GitLab's word
	clients          []client
}

// staleLogins are what the story has been told of.
func staleLogins() map[string]staleLogin {
	const ofJob = "a job token that a job has left behind: it died with that job"
	return map[string]staleLogin{
		"the token of a job that is over": {
			"gitlab-ci-token", lab.secret("glcbt-64_"), ofJob, "stale-credential", ofJob, clients,
		},
		"a JWT of a job that is over": {
			"gitlab-ci-token", lab.guard(gitlabtest.JobJWT(time.Now().Add(-2*time.Hour), time.Hour)),
			ofJob, "stale-credential", ofJob, clients[:1],
		},
		"an expired PAT": {
			"me", lab.token(expiredToken()), "whether it is good only GitLab knows (--online)", "plaintext-credential",
			"a personal access token in plaintext that is dead: GitLab refuses it: it has expired", clients,
		},
	}
}

// The story that this project exists for: somebody has logged in as root, long ago, under the registry's URL. In a job
// that entry outranks the job's own token, and on a laptop the token that is kept.
func TestDoctorTellsTheStory(t *testing.T) {
	for name, stale := range staleLogins() {
		t.Run("in a job/"+name, func(t *testing.T) {
			m := newMachine(t)
			m.install(t)
			token := lab.secret("glcbt-64_")
			m.root.startJob(t, token)
			m.root.isMended(t, stale, "/root/.docker/config.json", token)
		})
		t.Run("on a laptop/"+name, func(t *testing.T) {
			me := newAccount(t)
			me.join(newSession(t))
			token := lab.token(goodToken())
			me.login(t, "me", token).succeeds(t)
			me.isMended(t, stale, me.ConfigPath(), token)
			me.serves(t, token)
		})
	}
}

// isMended lets the account's stale login fail a pull, doctor name it and mend it, and the same pull succeed with what
// the login has hidden. path is where the account's programs see Docker's config file.
func (a *account) isMended(t *testing.T, stale staleLogin, path, hidden string) {
	t.Helper()
	url := "https://" + lab.registry
	others := map[string]string{"registry.example.com": basic("me", "nobody's business here")}
	a.configure(t, dockerConfig(map[string]string{
		url: basic(stale.username, stale.secret), "registry.example.com": others["registry.example.com"],
	}))
	clients[0].fetch(t, a, lab.image).fails(t, gitlabtest.AccessDenied)

	untouched := isAsItWas(t, a.ConfigPath())
	asked := len(lab.gitlab.Seen())
	a.doctor(t, lab.image).finds(t, stale.id, path, url, stale.offline)
	if len(lab.gitlab.Seen()) != asked {
		t.Error("GitLab was asked")
	}
	a.doctor(t, "--online", lab.image).finds(t, "stale-credential", path, url, stale.online)
	untouched()

	a.doctor(t, "--fix", "--yes", lab.image).succeeds(t).
		says(t, `took out "`+url+`"`, "changed "+path, "nothing is wrong\n")
	a.configIs(t, dockerConfig(others, lab.registry))
	for _, c := range stale.clients {
		t.Run(c.name, func(t *testing.T) {
			seen := watchSignIns()
			c.fetch(t, a, lab.image).succeeds(t)
			if !seen.carried(hidden) || seen.carried(stale.secret) {
				t.Errorf("what was hidden is used: %t; the stale one: %t", seen.carried(hidden), seen.carried(stale.secret))
			}
		})
	}
	a.doctor(t, lab.image).succeeds(t)
}

// doctor runs `doctor` as the account's.
func (a *account) doctor(t *testing.T, args ...string) outcome {
	t.Helper()
	return a.run(t, "", kit.Program, append([]string{"doctor"}, args...)...)
}

// finds fails the test unless doctor's answer for people has that finding, the reason and a command, and the exit code
// is that of findings.
func (o outcome) finds(t *testing.T, id, path, key, reason string) {
	t.Helper()
	if o.code != 1 {
		t.Errorf("the exit code is not 1: %v", o)
	}
	o.says(t, id+", root, "+path+" ["+key+"]\n", reason, "\n   run: "+kit.Program+" doctor --fix --yes "+lab.registry)
}
