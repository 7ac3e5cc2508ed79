package system

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring/keyringtest"
)

func TestHelpersKeepTheContract(t *testing.T) {
	for _, name := range []string{"Debian's docker-credential-pass", "docker-credential-secretservice"} {
		t.Run(name, func(t *testing.T) {
			u := helperUsers[name](t)
			for _, variable := range u.Env() { // the vault looks at this process's own
				name, value, _ := strings.Cut(variable, "=")
				t.Setenv(name, value)
			}
			vault, err := keyring.NewHelper(strings.TrimPrefix(u.helper, "docker-credential-"))
			if err != nil {
				t.Fatal(err)
			}
			keyringtest.Contract{New: func(*testing.T) keyring.Vault { return vault }}.Test(t)
		})
	}
}

// helperSteps lead from a machine on which Docker was never run to a pull, and back to nothing. Each begins where the
// one before it ended.
var helperSteps = []struct {
	name string
	do   func(t *testing.T, u *helperUser, token string)
}{
	{"nothing", func(t *testing.T, u *helperUser, _ string) {
		t.Helper()
		if err := os.RemoveAll(filepath.Dir(u.ConfigPath())); err != nil {
			t.Fatal(err)
		}
		clients[0].fetch(t, u.account, lab.image).fails(t)
	}},
	{"configure", func(t *testing.T, u *helperUser, _ string) {
		t.Helper()
		u.runConfigure(t, lab.registry).succeeds(t)
		u.configIs(t, helperConfig())
		u.holdsNothing(t)
	}},
	{"docker login", func(t *testing.T, u *helperUser, token string) {
		t.Helper()
		u.login(t, "me", token).succeeds(t)
		u.holds(t, token)
	}},
	{"docker pull", func(t *testing.T, u *helperUser, _ string) {
		t.Helper()
		clients[0].fetch(t, u.account, lab.image).succeeds(t)
	}},
	{"docker login with what is kept", func(t *testing.T, u *helperUser, token string) {
		t.Helper()
		u.run(t, "", lab.docker, "login", lab.registry).succeeds(t)
		u.holds(t, token)
	}},
	{"docker logout", func(t *testing.T, u *helperUser, _ string) {
		t.Helper()
		u.logout(t)
		u.configIs(t, helperConfig())
		u.holdsNothing(t)
		clients[0].fetch(t, u.account, lab.image).fails(t)
	}},
	{"login", func(t *testing.T, u *helperUser, token string) {
		t.Helper()
		u.run(t, token, kit.Program, "login", "--token-stdin", lab.registry).succeeds(t)
		u.holds(t, token)
	}},
	{"status", func(t *testing.T, u *helperUser, _ string) {
		t.Helper()
		u.run(t, "", kit.Program, "status", "--check").succeeds(t).says(t, lab.registry, u.vault())
	}},
	{"rotate", func(t *testing.T, u *helperUser, token string) {
		t.Helper()
		u.run(t, "", kit.Program, "rotate").succeeds(t)
		heir, is := lab.gitlab.Heir(token)
		if !is {
			t.Fatal("GitLab has given out no new token")
		}
		u.holds(t, lab.guard(heir))
		clients[0].fetch(t, u.account, lab.image).succeeds(t)
	}},
	{"logout", func(t *testing.T, u *helperUser, _ string) {
		t.Helper()
		u.run(t, "", kit.Program, "logout", lab.registry).succeeds(t)
		u.holdsNothing(t)
	}},
}

func TestHelperAsVault(t *testing.T) {
	for name, newUser := range helperUsers {
		t.Run(name, func(t *testing.T) {
			u, good := newUser(t), goodToken()
			good.Scopes = append(good.Scopes, "self_rotate")
			token := lab.token(good)
			for _, step := range helperSteps {
				t.Run(step.name, func(t *testing.T) { step.do(t, u, token) })
			}
		})
	}
}

// Where the collection is locked, Debian's docker-credential-secretservice crashes at "get", and claims at "erase" to have
// removed what it has not. Neither is passed on.
func TestHelperWithALockedCollection(t *testing.T) {
	desktop := newSession(t)
	u := newSecretServiceUser(t, desktop)
	u.store(t, lab.token(goodToken())).succeeds(t)
	desktop.lock(t)
	for _, verb := range []string{"get", "erase"} {
		o := u.account.helper(t, verb, lab.registry).
			fails(t, `vault "helper:secretservice": docker-credential-secretservice `, "hint: unlock what that helper")
		o.explained(t)
		if o.took > promptly {
			t.Errorf("%s took %v", verb, o.took)
		}
	}
	if _, is := u.catalog(t).Tokens[lab.registry]; !is {
		t.Error("the catalogue has forgotten what is still kept")
	}
}
