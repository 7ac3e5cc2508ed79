package system

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

const moduleOfTheVault = "github.com/gitlabjob/docker-credential-gitlabjob/e2e/testvault"

// mendable gives the account a vault that fails while a file is there, and no other vault that could take its place. It
// returns that file's path.
func (a *account) mendable(t *testing.T) (broken string) {
	t.Helper()
	dir := fresh(t, a)
	broken = filepath.Join(dir, "broken")
	if err := kit.GoBuild(t.Context(), filepath.Join(dir, kit.Vault), moduleOfTheVault); err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\n[ -e " + broken + " ] && export TESTVAULT_FAIL=locked\nexec " + filepath.Join(dir, kit.Vault) + " \"$@\"\n"
	if err := os.WriteFile(filepath.Join(dir, "docker-credential-mendable"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	a.Set("PATH", dir+":"+lab.bin+":"+os.Getenv("PATH"))
	a.Set("TESTVAULT_DIR", t.TempDir()) // where the sweep does not come: it has its tokens in plaintext
	a.Set("GITLABJOB_KEYRING", "helper:mendable")
	sealed := filepath.Join(filepath.Dir(a.CatalogPath()), "kernel.key") // no key: the kernel's keyring takes nothing
	if err := os.MkdirAll(sealed, 0o700); err != nil {
		t.Fatal(err)
	}
	return broken
}

// slowRotation makes GitLab take its time over a rotation. It has happened there by the time that until returns.
func slowRotation(t *testing.T) (until func()) {
	t.Helper()
	lab.gitlab.Fault(gitlabtest.Fault{Endpoint: gitlabtest.Rotate, Delay: 500 * time.Millisecond, After: true})
	t.Cleanup(func() { lab.gitlab.Fault(gitlabtest.Fault{}) })
	seen := watchRequests()
	return func() {
		if err := poll(t.Context(), func() (bool, error) { return seen.at(gitlabtest.Rotate) > 0, nil }); err != nil {
			t.Fatal(err)
		}
	}
}

// The vault fails when GitLab has replaced the token already. Who sits at the terminal can mend it.
func TestLifeRescue(t *testing.T) {
	me := newcomer(t)
	broken := me.mendable(t)
	token := lab.token(rotatableToken())
	me.verb(t, token, "login", "--token-stdin", lab.registry).succeeds(t)
	here := me.terminal(t)
	const again = "press Enter to try again, Ctrl-C to give the token up "
	breaks := func(t *testing.T) {
		t.Helper()
		asked := slowRotation(t)
		here.starts(t, "docker-credential-gitlabjob rotate")
		asked()
		if err := os.WriteFile(broken, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		here.shows(t, "error: gitlabjob: GitLab has replaced the token for "+lab.registry+", and the new one could not be kept",
			"hint: this program has the new token in memory: mend the vault in another window, then press Enter here", again)
		dead(t, token)
	}
	mends := func(t *testing.T) {
		t.Helper()
		if err := os.Remove(broken); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("mended", func(t *testing.T) {
		breaks(t)
		here.types(t, "", "Enter") // too early
		if err := poll(t.Context(), func() (bool, error) { return strings.Count(here.screen(t), again) == 2, nil }); err != nil {
			t.Fatalf("it does not ask again: %v\n%s", err, here.screen(t))
		}
		mends(t)
		here.types(t, "", "Enter")
		if screen := here.exits(t, 0); !strings.Contains(screen, "the token was replaced by a new one") {
			t.Errorf("it does not say so:\n%s", screen)
		}
		token = heir(t, token)
		me.serves(t, token)
	})
	t.Run("given up", func(t *testing.T) {
		breaks(t)
		here.types(t, "", "C-c")
		here.exits(t, 1)
		mends(t)
		interrupted := "the token for " + lab.registry + ": its rotation was interrupted on "
		login := "hint: run: docker-credential-gitlabjob login " + lab.registry
		me.helper(t, "get", lab.registry).fails(t, interrupted, login).explained(t)
		me.verb(t, "", "status").fails(t, "rotation was interrupted, log in again", login)
		if lab.gitlab.FamilyRevoked() {
			t.Error("the old token was shown at the rotation again")
		}
		token = lab.token(rotatableToken())
		me.verb(t, token, "login", "--token-stdin").succeeds(t)
		me.serves(t, token)
		me.verb(t, "", "status").succeeds(t)
	})
}

// The keyring is locked, by a screen saver say, while GitLab replaces the token: the kernel's takes the new one.
func TestLifeRotateIntoARefuge(t *testing.T) {
	desktop := newSession(t)
	me := newcomer(t)
	me.join(desktop)
	token := lab.token(rotatableToken())
	me.verb(t, token, "login", "--token-stdin", lab.registry).succeeds(t)
	me.run(t, "", kit.Program, "configure", lab.registry).succeeds(t)
	asked := slowRotation(t)
	rotated := make(chan outcome, 1)
	go func() {
		o, err := me.attempt(context.Background(), "", kit.Program, "rotate")
		if err != nil {
			o.code = -1
			o.stderr = err.Error()
		}
		rotated <- o
	}()
	asked()
	desktop.lock(t)
	o := <-rotated
	t.Cleanup(func() {
		if _, err := me.Run(context.Background(), "", kit.Program, "logout"); err != nil {
			t.Error(err)
		}
	})
	o.succeeds(t).says(t, "the token was replaced by a new one", "vault:   kernel",
		`the new token for `+lab.registry+` is in the vault "kernel": "os" did not take it`)
	dead(t, token)
	me.serves(t, heir(t, token))
	me.pulls(t, lab.image).succeeds(t)
	me.verb(t, "", "status").succeeds(t).says(t, "kernel", "valid")
}
