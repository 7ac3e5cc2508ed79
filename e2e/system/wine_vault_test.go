package system

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// On Windows Docker keeps its logins in another helper (desktop, wincred), and that is where `configure` finds them. The
// test's own stands in for those: Docker's wincred goes by a label on its records, which Wine does not keep.
func TestWindowsMovesALoginOfAnotherHelper(t *testing.T) {
	me := newWindows(t)
	vault := me.vault(t)
	token := lab.token(goodToken())
	me.start(t, login(lab.registry, token), kit.Vault+".exe", "store").succeeds(t)
	me.write(t, me.account.ConfigPath(), `{"auths": {"`+lab.registry+`": {}}, "credsStore": "testvault"}`)

	me.run(t, "", "configure", lab.registry).succeeds(t).
		says(t, "moved ", kit.Vault, "Docker asks this helper now")
	me.keeps(t, lab.registry)
	me.serves(t, lab.registry, token)
	if names := namesIn(t, vault); len(names) > 0 {
		t.Errorf("the other helper still has %q", names)
	}
}

// With GITLABJOB_KEYRING=helper:NAME the records are docker-credential-NAME.exe's, which is found on PATH.
func TestWindowsKeepsTokensInAnotherHelper(t *testing.T) {
	me := newWindows(t)
	vault := me.vault(t)
	me.account.Set("GITLABJOB_KEYRING", "helper:testvault")
	token := lab.token(goodToken())
	me.store(t, lab.registry, token).succeeds(t)
	me.serves(t, lab.registry, token)
	if names, records := namesIn(t, vault), me.records(t); len(names) != 1 || len(records) > 0 {
		t.Errorf("the other helper has %q, and the credential manager %d records", names, len(records))
	}
	me.run(t, lab.registry, "erase").succeeds(t)
	if names := namesIn(t, vault); len(names) > 0 {
		t.Errorf("the other helper still has %q", names)
	}
}

// vault makes a directory for the other helper's entries, in plaintext, and takes it away with the test.
func (w *windows) vault(t *testing.T) (dir string) {
	t.Helper()
	dir = filepath.Join(lab.wine.prefix, "drive_c", "vault")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	w.account.Set("TESTVAULT_DIR", w.path(t, dir))
	return dir
}
