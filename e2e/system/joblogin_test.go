package system

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A `docker login` in a job, which old scripts have, keeps nothing: the helper takes the token and forgets it. In
// config.json Docker itself marks the host with an empty object, and takes the mark away at `docker logout`.
func TestJobLogin(t *testing.T) {
	desktop := newSession(t) // so that there is something to keep a token in
	for form, newToken := range jobTokens {
		t.Run(form, func(t *testing.T) {
			token := newToken()
			job := newAccount(t)
			job.startJob(t, token)
			job.join(desktop)
			for _, login := range []func() outcome{
				func() outcome { return job.run(t, "", lab.docker, "login", lab.registry) },
				func() outcome { return job.login(t, "gitlab-ci-token", token) },
			} {
				login().succeeds(t)
				if got := job.config(t); got != loggedInConfig() {
					t.Errorf("config.json after docker login: %s", got)
				}
				if !job.asked(t, "store") {
					t.Error("the helper was not asked to store anything")
				}
				job.keepsNothing(t, desktop)
			}
			job.logout(t)
			if got := job.config(t); got != helperConfig() {
				t.Errorf("config.json after docker logout: %s", got)
			}
			if !job.asked(t, "erase") {
				t.Error("the helper was not asked to erase anything")
			}
			job.keepsNothing(t, desktop)
			clients[0].fetch(t, job, lab.image).succeeds(t)
		})
	}
}

// On a shell runner jobs work in the home of a user who may keep a token for the same registry. The job's own token
// goes first, and a job takes nothing away.
func TestJobOfSomebodyWhoKeepsAToken(t *testing.T) {
	desktop := newSession(t)
	me := newAccount(t)
	me.join(desktop)
	mine := lab.token(goodToken())
	me.login(t, "me", mine).succeeds(t)
	theirs := lab.secret("glcbt-64_")
	me.startJob(t, theirs)
	for _, c := range clients {
		t.Run(c.name, func(t *testing.T) {
			seen := watchSignIns()
			c.fetch(t, me, lab.image).succeeds(t)
			if !seen.carried(theirs) || seen.carried(mine) {
				t.Errorf("the job's token was used: %t; the kept one: %t", seen.carried(theirs), seen.carried(mine))
			}
		})
	}
	me.login(t, "gitlab-ci-token", theirs).succeeds(t)
	me.logout(t)
	me.Set("CI_JOB_TOKEN", "")
	me.keeps(t, desktop, mine, "known")
}

func (a *account) login(t *testing.T, username, password string) outcome {
	t.Helper()
	return a.run(t, password, lab.docker, "login", "--username", username, "--password-stdin", lab.registry)
}

func (a *account) logout(t *testing.T) {
	t.Helper()
	a.run(t, "", lab.docker, "logout", lab.registry).succeeds(t)
}

// loggedInConfig is what Docker makes of helperConfig at `docker login`.
func loggedInConfig() string {
	mark := "\"auths\": {\n\t\t\"" + lab.registry + "\": {}\n\t}"
	return strings.Replace(helperConfig(), `"auths": {}`, mark, 1)
}

// keepsNothing fails the test when the helper has kept anything, in its state directory or in the session's keyring.
func (a *account) keepsNothing(t *testing.T, s *session) {
	t.Helper()
	if _, err := os.Stat(filepath.Dir(a.CatalogPath())); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the state directory is there: %v", err)
	}
	if unlocked, locked := s.items(t); len(unlocked)+len(locked) > 0 {
		t.Errorf("the keyring has %v and %v", unlocked, locked)
	}
}
