package keyring_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring/keyringtest"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// rig is a Keyring over a vault in memory and a state directory of its own.
type rig struct {
	*keyring.Keyring
	dir   string
	env   map[string]string
	vault *keyringtest.Memory
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{dir: filepath.Join(t.TempDir(), "state"), vault: &keyringtest.Memory{Label: "os"}}
	r.env = map[string]string{"GITLABJOB_STATE_DIR": r.dir, "GITLABJOB_KEYRING": "os"}
	r.Keyring = &keyring.Keyring{
		Getenv: func(name string) string { return r.env[name] },
		Vault:  func(string) (keyring.Vault, error) { return r.vault, nil },
	}
	return r
}

func (r *rig) catalogPath() string { return filepath.Join(r.dir, "catalog.json") }

func host(t *testing.T, raw string) credentials.Host {
	t.Helper()
	h, err := credentials.ParseHost(raw)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func token(secret string) credentials.Token {
	return credentials.Token{Username: "me", Secret: credentials.NewSecret(secret), Life: credentials.Life{
		Kind: credentials.KindPersonal, Name: "laptop", Expiry: credentials.ExpiryKnown, ExpiresAt: now.AddDate(0, 1, 0),
		StoredAt: now, VerifiedAt: now,
	}}
}

func (r *rig) keep(t *testing.T, h credentials.Host, secret string) {
	t.Helper()
	if err := r.Keep(t.Context(), h, token(secret)); err != nil {
		t.Fatal(err)
	}
}

// reveal returns the secret that is kept for h.
func (r *rig) reveal(t *testing.T, h credentials.Host) string {
	t.Helper()
	kept, err := r.Find(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	tok, err := r.Reveal(t.Context(), kept)
	if err != nil {
		t.Fatal(err)
	}
	return tok.Secret.Reveal()
}

func TestKeepFindRevealForget(t *testing.T) {
	r, h := newRig(t), host(t, "registry.example.com")
	if _, err := r.Find(t.Context(), h); !errors.Is(err, credentials.ErrNotKept) {
		t.Fatalf("Find = %v; want ErrNotKept", err)
	}
	if r.vault.Calls() != 0 {
		t.Error("a host that is not kept cost a call to the vault")
	}
	r.keep(t, h, "glpat-one")
	r.keep(t, host(t, "other.example.com"), "glpat-other")
	r.keep(t, h, "glpat-two")
	if got := r.reveal(t, h); got != "glpat-two" {
		t.Errorf("kept %q", got)
	}
	all, err := r.All(t.Context())
	if err != nil || len(all) != 2 || all[0].Host.String() != "other.example.com" || all[1].Life.Name != "laptop" {
		t.Errorf("All = %+v, %v", all, err)
	}
	for range 2 {
		if err := r.Forget(t.Context(), h); err != nil {
			t.Errorf("Forget = %v", err)
		}
	}
	if _, err := r.Find(t.Context(), h); !errors.Is(err, credentials.ErrNotKept) {
		t.Errorf("Find after Forget = %v", err)
	}
	if got := r.reveal(t, host(t, "other.example.com")); got != "glpat-other" {
		t.Errorf("the other host has %q", got)
	}
}

func TestTheCatalogueHasNoSecretAndIsPrivate(t *testing.T) {
	r := newRig(t)
	r.keep(t, host(t, "registry.example.com"), "glpat-canary")
	err := filepath.WalkDir(r.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		if d.IsDir() {
			return nil
		}
		data, err := os.ReadFile(path)
		if strings.Contains(string(data), "canary") {
			t.Errorf("%s has the secret", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAFailedKeepLeavesWhatWasKept(t *testing.T) {
	for name, c := range map[string]struct {
		sabotage func(r *rig)
		want     error
	}{
		"locked":    {func(r *rig) { r.vault.Fail = keyring.ErrLocked }, keyring.ErrLocked},
		"dismissed": {func(r *rig) { r.vault.Dismiss = true }, keyring.ErrDismissed},
		"garbled":   {func(r *rig) { r.vault.Garble = true }, keyring.ErrGarbled},
		"none":      {func(r *rig) { r.env["GITLABJOB_KEYRING"] = "none" }, keyring.ErrNone},
	} {
		t.Run(name, func(t *testing.T) {
			r, h := newRig(t), host(t, "registry.example.com")
			r.keep(t, h, "glpat-old")
			before, err := os.ReadFile(r.catalogPath())
			if err != nil {
				t.Fatal(err)
			}
			c.sabotage(r)
			if err := r.Keep(t.Context(), h, token("glpat-new")); !errors.Is(err, c.want) {
				t.Errorf("Keep = %v; want %v", err, c.want)
			}
			r.vault.Fail, r.vault.Dismiss, r.vault.Garble = nil, false, false
			r.env["GITLABJOB_KEYRING"] = "os"
			if name == "garbled" { // putting the old one back went through the same broken vault
				return
			}
			if got := r.reveal(t, h); got != "glpat-old" {
				t.Errorf("kept %q", got)
			}
			if after, err := os.ReadFile(r.catalogPath()); err != nil || string(after) != string(before) {
				t.Errorf("the catalogue changed: %v", err)
			}
		})
	}
}

func TestATokenTooLargeIsRefusedBeforeAnyCall(t *testing.T) {
	r := newRig(t)
	err := r.Keep(t.Context(), host(t, "registry.example.com"), token(strings.Repeat("x", keyring.MaxRecord)))
	if !errors.Is(err, keyring.ErrTooLarge) || r.vault.Calls() != 0 {
		t.Errorf("Keep = %v after %d calls", err, r.vault.Calls())
	}
}

// When the catalogue cannot be written the vault gets back what it had: nothing, or the old token.
func TestVaultIsPutBackWhenTheCatalogueCannotBeWritten(t *testing.T) {
	r, h, fresh := newRig(t), host(t, "registry.example.com"), host(t, "fresh.example.com")
	r.keep(t, h, "glpat-old")
	catalogue, err := os.ReadFile(r.catalogPath())
	if err != nil {
		t.Fatal(err)
	}
	sabotaged := &saboteur{Memory: r.vault, path: r.catalogPath()}
	r.Vault = func(string) (keyring.Vault, error) { return sabotaged, nil }
	for _, target := range []credentials.Host{h, fresh} {
		var catalogErr *keyring.CatalogError
		if err := r.Keep(t.Context(), target, token("glpat-new")); !errors.As(err, &catalogErr) {
			t.Errorf("Keep = %v; want a CatalogError", err)
		}
		if err := errors.Join(os.RemoveAll(r.catalogPath()), os.WriteFile(r.catalogPath(), catalogue, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if got := r.reveal(t, h); got != "glpat-old" {
		t.Errorf("the vault has %q", got)
	}
	if _, err := r.vault.Get(t.Context(), fresh.String()); !errors.Is(err, keyring.ErrNoRecord) {
		t.Errorf("the vault has a record that the catalogue does not know: %v", err)
	}
}

// saboteur puts a directory in the place of the catalogue as soon as the vault is written.
type saboteur struct {
	*keyringtest.Memory
	path string
}

func (s *saboteur) Set(ctx context.Context, key string, record credentials.Secret) error {
	_ = os.Remove(s.path)
	_ = os.MkdirAll(filepath.Join(s.path, "in the way"), 0o700)
	return s.Memory.Set(ctx, key, record)
}

func TestLostRecordIsSaid(t *testing.T) {
	r, h := newRig(t), host(t, "registry.example.com")
	r.keep(t, h, "glpat-x")
	r.vault.Lose()
	kept, err := r.Find(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	var lost *keyring.LostError
	if _, err := r.Reveal(t.Context(), kept); !errors.As(err, &lost) || !errors.Is(err, credentials.ErrLost) {
		t.Errorf("Reveal = %v", err)
	}
	if err := r.Forget(t.Context(), h); err != nil {
		t.Errorf("Forget = %v", err)
	}
}
