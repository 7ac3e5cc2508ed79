package system

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// The life of a token on a server that one reaches over SSH, as root, with no bus and no desktop.
func TestLifeOverSSH(t *testing.T) {
	root := newcomer(t)
	t.Cleanup(func() {
		if _, err := root.Run(context.Background(), "", kit.Program, "logout", "--all"); err != nil {
			t.Error(err)
		}
	})
	root.Set("SSH_CONNECTION", "203.0.113.5 50000 203.0.113.6 22")
	root.Set("DISPLAY", "localhost:10.0") // as forwarded by ssh -X: a browser would start on the server
	opened := root.browser(t, "")
	token := lab.token(rotatableToken())
	there := root.terminal(t)

	t.Run("login and configure at the prompt", func(t *testing.T) {
		there.starts(t, "docker-credential-gitlabjob login "+lab.registry)
		there.shows(t, "make a token at "+lab.tokenPage(), "token for "+lab.registry+", which is not shown: ")
		there.types(t, token, "Enter")
		there.shows(t, "note: gitlabjob: there is no D-Bus session bus, so the token",
			"the token for "+lab.registry+" is in the kernel's keyring: it is gone when this machine goes down",
			lab.registry+": logged in as me", "vault:   kernel", "now? [Y/n] ")
		there.types(t, "", "Enter")
		there.exits(t, 0)
		if got := opened(t); got != "" {
			t.Errorf("a browser was opened at %s", got)
		}
		root.serves(t, token)
		root.pulls(t, lab.image).succeeds(t)
	})
	t.Run("from another login session", func(t *testing.T) {
		elsewhere := func(words ...string) outcome {
			return root.run(t, "", "keyctl", append([]string{"session", "-", kit.Program}, words...)...)
		}
		elsewhere("status").succeeds(t).says(t, "kernel", "laptop", "valid")
		elsewhere("status", "--check", "--quiet").succeeds(t)
		elsewhere("rotate").succeeds(t).says(t, "the token was replaced by a new one", "vault:   kernel")
		dead(t, token)
		token = heir(t, token)
		root.serves(t, token)
		root.pulls(t, lab.image).succeeds(t)
	})
	t.Run("a week is left", func(t *testing.T) {
		root.verb(t, "", "rotate", "--expires", day(7)).succeeds(t)
		token = heir(t, token)
		if o := root.pulls(t, lab.image).succeeds(t); !strings.Contains(o.stderr, " expires on "+day(7)) {
			t.Errorf("it is not announced: %v", o)
		}
		if o := root.pulls(t, lab.image).succeeds(t); o.stderr != "" {
			t.Errorf("it is announced again: %v", o)
		}
	})
	t.Run("the machine goes down", func(t *testing.T) {
		root.reboots(t)
		lost := `a token is kept for ` + lab.registry + `, but the vault "kernel" has lost it`
		login := "hint: run: docker-credential-gitlabjob login " + lab.registry
		if o := root.verb(t, "", "status").fails(t, lost, login); !strings.Contains(o.stdout, " lost\n") {
			t.Errorf("the table does not say it: %v", o)
		}
		root.verb(t, "", "status", "--json").fails(t, `"problem": "lost"`)
		root.helper(t, "get", lab.registry).fails(t, lost, login).explained(t)
		root.pulls(t, lab.image).fails(t, lost, login)
		root.verb(t, token, "login", "--token-stdin").succeeds(t).says(t, "vault:   kernel")
		root.pulls(t, lab.image).succeeds(t)
	})
	t.Run("logout", func(t *testing.T) {
		root.verb(t, "", "logout").succeeds(t).says(t, `removed the token "laptop" of me from the vault "kernel"`)
		root.pulls(t, lab.image).fails(t)
		if keys := root.keys(t); keys != nil {
			t.Errorf("the kernel has %q", keys)
		}
		root.verb(t, token, "login", "--token-stdin", lab.registry).succeeds(t) // it is as good as before
		root.verb(t, "", "logout", "--revoke").succeeds(t).says(t, "and GitLab has revoked it")
		dead(t, token)
		root.verb(t, "", "logout").succeeds(t).saysAlone(t, "nothing is kept")
		if left := root.filesWith(t, "laptop"); len(left) != 1 || filepath.Dir(left[0]) != filepath.Dir(there.log) {
			t.Errorf("other than on the screen it stands in %q", left)
		}
	})
}

// keys returns the kernel's keys for the registry.
func (a *account) keys(t *testing.T) (ids []string) {
	t.Helper()
	for _, id := range strings.Fields(a.run(t, "", "keyctl", "rlist", "@u").succeeds(t).stdout) {
		what := a.run(t, "", "keyctl", "rdescribe", id) // another process may have removed one of its own
		if strings.Contains(what.stdout, kit.Program+":") && strings.Contains(what.stdout, lab.registry) {
			ids = append(ids, id)
		}
	}
	return ids
}

// reboots takes away what the kernel has, as a reboot does.
func (a *account) reboots(t *testing.T) {
	t.Helper()
	ids := a.keys(t)
	if len(ids) != 1 {
		t.Fatalf("the kernel has the keys %q", ids)
	}
	a.run(t, "", "keyctl", "unlink", ids[0], "@u").succeeds(t)
}
