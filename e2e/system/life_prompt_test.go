package system

import (
	"strings"
	"testing"
)

// The prompt for a token shows nothing of what is typed. However it ends, the terminal is as it was before.
func TestLifeAtThePrompt(t *testing.T) {
	desktop := newSession(t)
	me := newcomer(t)
	me.join(desktop)
	here := me.terminal(t)
	login := "docker-credential-gitlabjob login " + lab.registry
	asks := "token for " + lab.registry + ", which is not shown: "

	for name, c := range map[string]struct {
		keys []string // after something was typed
		code int
		says string // after the question
	}{
		"Ctrl-C":        {[]string{"C-c"}, 130, ""},
		"Ctrl-\\":       {[]string{"C-\\"}, 130, ""},
		"Ctrl-Z":        {[]string{"C-z", "Enter"}, 1, "error: gitlabjob: no token was typed"}, // it empties the line
		"a wrong token": {[]string{"Enter"}, 1, "it is not known there"},
		"nothing":       {[]string{"C-u", "Enter"}, 1, "error: gitlabjob: no token was typed"},
	} {
		t.Run(name, func(t *testing.T) {
			typed := lab.secret("glpat-")
			seen := watchRequests()
			here.starts(t, login)
			here.shows(t, asks)
			here.types(t, typed, c.keys...)
			screen := here.exits(t, c.code)
			if strings.Contains(here.written(t), typed[:len("glpat-C")]) {
				t.Errorf("what was typed is shown:\n%s", screen)
			}
			_, after, _ := strings.Cut(screen, asks)
			after, _, _ = strings.Cut(after, "ended ")
			if says := strings.TrimSpace(after); !strings.Contains(says, c.says) || c.says == "" && says != "" {
				t.Errorf("it ends with %q", says)
			}
			if sent := c.keys[0] == "Enter"; seen.carried(typed) != sent {
				t.Errorf("GitLab was shown what was typed: %t", !sent)
			}
			if modes := here.runs(t, 0, "stty -a"); !strings.Contains(modes, " echo ") || !strings.Contains(modes, " icanon ") {
				t.Errorf("the terminal is not as it was:\n%s", modes)
			}
			me.keepsNone(t, desktop)
		})
	}
	t.Run("a good token", func(t *testing.T) {
		token := lab.token(rotatableToken())
		here.starts(t, login)
		here.shows(t, asks)
		here.types(t, token, "Enter")
		here.shows(t, "logged in as me", "now? [Y/n] ")
		here.types(t, "n", "Enter")
		here.exits(t, 0)
		if exists(me.ConfigPath()) {
			t.Errorf("Docker was configured all the same: %s", me.config(t))
		}
		me.serves(t, token)
	})
}

// carried reports whether GitLab was shown the secret, wherever.
func (r requests) carried(secret string) bool {
	for _, request := range lab.gitlab.Seen()[r.before:] {
		if request.Carried(secret) {
			return true
		}
	}
	return false
}

// keepsNone fails the test when a token is kept.
func (a *account) keepsNone(t *testing.T, s *session) {
	t.Helper()
	if unlocked, locked := s.items(t); len(unlocked)+len(locked) > 0 {
		t.Errorf("the keyring has %v and %v", unlocked, locked)
	}
	a.verb(t, "", "status").succeeds(t).says(t, "nothing is kept")
}
