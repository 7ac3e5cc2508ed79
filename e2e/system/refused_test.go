package system

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// What GitLab does not want is not kept, and what was kept before stays.
func TestRefusedTokenIsNotKept(t *testing.T) {
	desktop := newSession(t)
	me := newAccount(t)
	me.join(desktop)
	before := lab.token(goodToken())
	me.login(t, "me", before).succeeds(t)
	page := lab.gitlab.URL + "/-/user_settings/personal_access_tokens?name=docker-credential-gitlabjob&" +
		"scopes=read_registry,write_registry,self_rotate"

	for why, spoil := range map[string]func(*gitlabtest.Token){
		"it has expired":           func(t *gitlabtest.Token) { t.ExpiresAt = day(0) },
		"it was revoked":           func(t *gitlabtest.Token) { t.Revoked = true },
		"it is not active":         func(t *gitlabtest.Token) { t.Inactive = true },
		"its user is blocked":      func(t *gitlabtest.Token) { t.Blocked = true },
		"it has no registry right": func(t *gitlabtest.Token) { t.Scopes = []string{"read_user"} },
		"it is not known there":    nil,
	} {
		t.Run(why, func(t *testing.T) {
			bad := goodToken()
			if spoil != nil {
				spoil(&bad)
				lab.token(bad)
			}
			t.Run("docker login", func(t *testing.T) {
				me.login(t, "me", bad.Secret).fails(t) // The registry's sign-in refuses it already.
				me.keeps(t, desktop, before, "known")
			})
			t.Run("store", func(t *testing.T) {
				o := me.store(t, bad.Secret).fails(t, why, page, lab.registry)
				if o.code != 1 {
					t.Errorf("the exit code is %d", o.code)
				}
				o.explained(t)
				me.keeps(t, desktop, before, "known")
			})
		})
	}
}

// store calls the helper as Docker does once the registry has let it in.
func (a *account) store(t *testing.T, secret string) outcome {
	t.Helper()
	input, err := json.Marshal(map[string]string{"ServerURL": lab.registry, "Username": "me", "Secret": secret})
	if err != nil {
		t.Fatal(err)
	}
	return a.helper(t, "store", string(input))
}

// explained fails the test unless the command has given its reason in one line on stdout, for programs, and for people
// as one "error:" line and at least one "hint:" line.
func (o outcome) explained(t *testing.T) {
	t.Helper()
	if strings.Count(o.stdout, "\n") != 1 || !strings.HasSuffix(o.stdout, "\n") {
		t.Errorf("stdout is not one line: %v", o)
	}
	errors, hints := 0, 0
	for line := range strings.Lines(o.stderr) {
		switch {
		case strings.HasPrefix(line, "error: "):
			errors++
		case strings.HasPrefix(line, "hint: "):
			hints++
		default:
			t.Errorf("stderr has the line %q: %v", line, o)
		}
	}
	if errors != 1 || hints == 0 {
		t.Errorf("stderr has %d errors and %d hints: %v", errors, hints, o)
	}
}
