package system

import (
	"strings"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// newExpired returns an account whose kept token has expired since, by the helper's own knowledge: GitLab would still
// take it, so that a client which gets hold of it succeeds.
func newExpired(t *testing.T) (a *account, token string) {
	t.Helper()
	a = newAccount(t)
	a.join(newSession(t))
	token = lab.token(goodToken())
	a.login(t, "me", token).succeeds(t)
	a.serves(t, token)
	a.expire(t)
	return a, token
}

// expiredText is what each client must show. The line goes on with the date.
const expiredText = "has expired on "

func TestExpired(t *testing.T) {
	me, token := newExpired(t)
	for _, c := range clients {
		t.Run(c.name, func(t *testing.T) {
			seen := watchSignIns()
			c.fetch(t, me, lab.image).fails(t, expiredText, "gitlabjob login "+lab.registry)
			if seen.carried(token) {
				t.Error("the expired token was used")
			}
		})
	}
	t.Run("get", func(t *testing.T) {
		me.helper(t, "get", lab.registry).fails(t, expiredText).explained(t)
	})
	t.Run("list", func(t *testing.T) {
		if o := me.helper(t, "list", "unused").succeeds(t); strings.TrimSpace(o.stdout) != "{}" || o.stderr != "" {
			t.Errorf("list: %v", o)
		}
	})
	t.Run("docker login renews it", func(t *testing.T) {
		renewed := lab.token(goodToken())
		me.login(t, "me", renewed).succeeds(t)
		clients[0].fetch(t, me, lab.image).succeeds(t)
	})
}

// A job's token dies with the job. One that says itself that it is dead is served to nobody.
func TestJobIsOver(t *testing.T) {
	job := newAccount(t)
	token := gitlabtest.JobJWT(time.Now().Add(-2*time.Hour), time.Hour)
	job.startJob(t, token)
	for _, c := range clients {
		t.Run(c.name, func(t *testing.T) {
			seen := watchSignIns()
			c.fetch(t, job, lab.image).fails(t, "the job is over, or this clock is wrong")
			if seen.carried(token) {
				t.Error("the dead token was used")
			}
		})
	}
}

// signIns are what GitLab has been asked since some moment.
type signIns struct{ before int }

func watchSignIns() signIns { return signIns{before: len(lab.gitlab.Seen())} }

// carried reports whether any client has shown GitLab the secret.
func (s signIns) carried(secret string) bool {
	for _, request := range lab.gitlab.Seen()[s.before:] {
		if request.Endpoint == gitlabtest.SignIn && request.Carried(secret) {
			return true
		}
	}
	return false
}
