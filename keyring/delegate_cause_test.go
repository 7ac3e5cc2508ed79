package keyring_test

import (
	"errors"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// What docker-credential-pass says is known, so that a hint can say what to do. (e2e/system has the real one say it.)
func TestHelperThatSaysWhy(t *testing.T) {
	for mode, want := range map[string]error{
		"nopass": keyring.ErrNoHelper, "nostore": keyring.ErrNoStore, "locked": keyring.ErrLocked,
	} {
		v := fakeHelper(t, mode)
		var fault *keyring.VaultError
		if _, err := v.Get(t.Context(), "registry.example.com"); !errors.Is(err, want) || !errors.As(err, &fault) {
			t.Errorf("%s: Get = %v; want %v", mode, err, want)
		}
	}
}

// A record that cannot be read can be removed all the same: its key may never be unlocked again.
func TestRecordOfALockedHelperIsRemoved(t *testing.T) {
	v := fakeHelper(t, "locked")
	if err := v.Set(t.Context(), "registry.example.com", credentials.NewSecret("x")); err != nil {
		t.Fatal(err)
	}
	if err := v.Delete(t.Context(), "registry.example.com"); err != nil {
		t.Errorf("Delete = %v", err)
	}
	if err := v.Set(t.Context(), "unlisted.example.com", credentials.NewSecret("x")); err != nil {
		t.Fatal(err)
	}
	if err := v.Delete(t.Context(), "unlisted.example.com"); !errors.Is(err, keyring.ErrLocked) {
		t.Errorf("Delete of what is not listed = %v; want ErrLocked", err)
	}
}

// A record that is still there has not been removed, whatever the helper says.
func TestHelperThatClaimsToHaveRemoved(t *testing.T) {
	v := fakeHelper(t, "liar")
	if err := v.Set(t.Context(), "registry.example.com", credentials.NewSecret("x")); err != nil {
		t.Fatal(err)
	}
	var fault *keyring.VaultError
	if err := v.Delete(t.Context(), "registry.example.com"); !errors.As(err, &fault) {
		t.Errorf("Delete = %v; want a *VaultError", err)
	}
}

// gpg must not ask for a passphrase, whatever else the user wants of it.
func TestHelperIsToldToBeQuiet(t *testing.T) {
	t.Setenv("PASSWORD_STORE_GPG_OPTS", "--no-throw-keyids")
	t.Setenv("LANGUAGE", "de")
	if err := fakeHelper(t, "quiet").Ready(t.Context()); err != nil {
		t.Errorf("its environment is another one: %v", err)
	}
}
