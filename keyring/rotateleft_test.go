package keyring_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

func TestAnInterruptedRotationThatIsWithdrawn(t *testing.T) {
	r := newTwins(t)
	renewal := r.renew(t, registry)
	if err := renewal.Intend(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	renewal.Close()
	again := r.renew(t, mirror)
	if err := again.Withdraw(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	again.Close()
	r.has(t, map[string]string{registry: "glpat-old", mirror: "glpat-old", other: "glpat-other"})
}

// Whoever logs in again or out takes a new token along that was saved elsewhere, and nobody knew of.
func TestNothingIsLeftOfACutRotation(t *testing.T) {
	for name, end := range map[string]func(r *twins, h credentials.Host) error{
		"logout": func(r *twins, h credentials.Host) error { return r.Forget(t.Context(), h) },
		"login":  func(r *twins, h credentials.Host) error { return r.Keep(t.Context(), h, token("glpat-login")) },
	} {
		r := newTwins(t)
		r.cut(t, func() { r.vault.Fail = keyring.ErrLocked }, registry, mirror)
		if err := end(r, host(t, registry)); err != nil {
			t.Fatal(err)
		}
		if _, err := r.vaults["kernel"].Get(t.Context(), registry); !errors.Is(err, keyring.ErrNoRecord) {
			t.Errorf("%s: the other vault still has it: %v", name, err)
		}
		if name == "login" {
			r.has(t, map[string]string{registry: "glpat-login"})
		}
	}
}

// The catalogue cannot be written once the vault has the new token: it is served all the same, and the next finds it.
func TestTheCatalogueCannotBeWrittenAfterTheVault(t *testing.T) {
	r := newTwins(t)
	renewal := r.renew(t, registry)
	if err := renewal.Intend(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	obstacle := filepath.Join(r.dir, "catalog.json.new")
	if err := os.MkdirAll(filepath.Join(obstacle, "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := renewal.Commit(t.Context(), fresh()); err != nil || len(r.notes) != 1 {
		t.Errorf("Commit = %v, notes %q; want one", err, r.notes)
	}
	renewal.Close()
	for _, name := range []string{registry, mirror} {
		if tok, err := r.Reveal(t.Context(), r.find(t, name)); err != nil || tok.Secret.Reveal() != "glpat-new" {
			t.Errorf("%s: %q, %v", name, tok.Secret.Reveal(), err)
		}
	}
	if err := os.RemoveAll(obstacle); err != nil {
		t.Fatal(err)
	}
	if again := r.renew(t, registry); !again.Finished() {
		t.Error("the next does not bring it to its end")
	} else {
		again.Close()
	}
	r.has(t, map[string]string{registry: "glpat-new", mirror: "glpat-new"})
}
