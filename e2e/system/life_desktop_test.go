package system

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// The life of a token on a desktop, from an empty home to an empty keyring.
func TestLifeOnADesktop(t *testing.T) {
	desktop := newSession(t)
	me := newcomer(t)
	me.join(desktop)
	proxy := strings.TrimPrefix(lab.gitlab.URL, "http://")
	token := lab.token(rotatableToken())
	first := token

	t.Run("login and configure", func(t *testing.T) {
		o := me.verb(t, token+"\n", "login", "--token-stdin", lab.registry).succeeds(t).says(t,
			lab.registry+`: logged in as me, with the token "laptop" of `+lab.gitlab.URL,
			"expires: "+day(90)+" 00:00 UTC, in 89 days", "vault:   os", "also:    "+proxy)
		command := o.advised(t)
		if want := []string{"docker-credential-gitlabjob", "configure", lab.registry, proxy}; !slices.Equal(command, want) {
			t.Fatalf("it advises %q", command)
		}
		me.run(t, "", command[0], command[1:]...).succeeds(t)
		me.keeps(t, desktop, token, "known")
	})
	t.Run("pull", func(t *testing.T) {
		seen := watchSignIns()
		me.pulls(t, lab.image).succeeds(t)
		me.pulls(t, proxy+proxiedImage).succeeds(t)
		if !seen.carried(token) {
			t.Error("the token was not used")
		}
	})
	t.Run("status", func(t *testing.T) {
		seen := watchRequests()
		me.verb(t, "", "status").succeeds(t).says(t, lab.registry, "laptop", day(90)+", in 89 days", "valid", "also: "+proxy)
		me.statusIs(t, "valid", 89)
		if len(lab.gitlab.Seen()) != seen.before {
			t.Error("GitLab was asked")
		}
	})
	t.Run("rotate", func(t *testing.T) {
		me.verb(t, "", "rotate").succeeds(t).says(t, lab.registry+": the token was replaced by a new one")
		dead(t, token)
		token = heir(t, token)
		me.keeps(t, desktop, token, "known")
		seen := watchSignIns()
		me.pulls(t, lab.image).succeeds(t)
		if !seen.carried(token) || seen.carried(first) {
			t.Errorf("the new token was used: %t; the old one: %t", seen.carried(token), seen.carried(first))
		}
	})
	t.Run("status --check", func(t *testing.T) {
		seen := watchRequests()
		me.verb(t, "", "status", "--check", "--quiet").succeeds(t).saysAlone(t, "")
		if seen.at(gitlabtest.Self) != 1 {
			t.Errorf("GitLab was asked %v", lab.gitlab.Seen()[seen.before:])
		}
	})
	t.Run("it expires soon", func(t *testing.T) {
		me.verb(t, "", "rotate", "--expires", day(3)).succeeds(t)
		token = heir(t, first)
		me.statusIs(t, "expiring", 2)
		line := "note: gitlabjob: the token for " + lab.registry + ` ("laptop") expires on ` + day(3) +
			" 00:00 UTC, in 2 days; run: docker-credential-gitlabjob rotate " + lab.registry + "\n"
		if o := me.pulls(t, lab.image).succeeds(t); strings.Count(o.stderr, line) != 1 {
			t.Errorf("the first pull does not say it once: %v", o)
		}
		if o := me.pulls(t, lab.image).succeeds(t); o.stderr != "" {
			t.Errorf("the second pull says it again: %v", o)
		}
		me.pulls(t, proxy+proxiedImage).succeeds(t)
	})
	t.Run("logout --revoke", func(t *testing.T) {
		me.verb(t, "", "logout", "--revoke").succeeds(t).says(t,
			lab.registry+`: removed the token "laptop" of me from the vault "os", and GitLab has revoked it`)
		dead(t, token)
		me.pulls(t, lab.image).fails(t)
		me.pulls(t, proxy+proxiedImage).fails(t)
		me.verb(t, "", "status").succeeds(t).says(t, "nothing is kept")
		if c := me.catalog(t); len(c.Tokens) > 0 {
			t.Errorf("the catalogue has %v", c)
		}
		if unlocked, locked := desktop.items(t); len(unlocked)+len(locked) > 0 {
			t.Errorf("the keyring has %v and %v", unlocked, locked)
		}
		if left := append(me.filesWith(t, "laptop"), me.filesWith(t, first)...); left != nil {
			t.Errorf("something of it is left in %q", left)
		}
	})
}

// statusIs fails the test unless the JSON has one token with that state and so many days left.
func (a *account) statusIs(t *testing.T, state string, days int) {
	t.Helper()
	o := a.verb(t, "", "status", "--json").succeeds(t)
	var all []struct {
		Host, State string
		DaysLeft    int `json:"days_left"`
	}
	if err := json.Unmarshal([]byte(o.stdout), &all); err != nil {
		t.Fatalf("%v: %v", err, o)
	}
	if len(all) != 1 || all[0].Host != lab.registry || all[0].State != state || all[0].DaysLeft != days {
		t.Errorf("status is not %s with %d days: %v", state, days, o)
	}
}
