package keyring_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
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

// Whoever decides about what was kept some time ago pushes out nothing that has come since.
func TestKeepInPlaceOf(t *testing.T) {
	r, h := newRig(t), host(t, "registry.example.com")
	if err := r.KeepInPlaceOf(t.Context(), credentials.Kept{}, h, token("glpat-1")); err != nil {
		t.Fatal(err)
	}
	first, err := r.Find(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.KeepInPlaceOf(t.Context(), first, h, token("glpat-2")); err != nil {
		t.Fatal(err)
	}
	for _, seen := range []credentials.Kept{first, {}} {
		if err := r.KeepInPlaceOf(t.Context(), seen, h, token("glpat-3")); !errors.Is(err, credentials.ErrKeptMeanwhile) {
			t.Errorf("in place of %q: %v", seen.ID, err)
		}
	}
	kept, err := r.Find(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	if tok, err := r.Reveal(t.Context(), kept); err != nil || tok.Secret.Reveal() != "glpat-2" {
		t.Errorf("%q is kept, %v", tok.Secret.Reveal(), err)
	}
	nameless := token("glpat-4")
	nameless.Username = "" // it could not be read again
	if err := r.Keep(t.Context(), h, nameless); err == nil {
		t.Error("a token without a username is kept")
	}
}

// The record speaks for itself where a write was cut short between the vault and the catalogue: the new token is served,
// and what the catalogue says of the old one does not count.
func TestARecordThatTheCatalogueDoesNotKnowYet(t *testing.T) {
	r, h := newRig(t), host(t, "registry.example.com")
	old := token("glpat-old")
	old.Life.ExpiresAt = now
	if err := r.Keep(t.Context(), h, old); err != nil {
		t.Fatal(err)
	}
	catalogue, err := os.ReadFile(r.catalogPath())
	if err != nil {
		t.Fatal(err)
	}
	r.keep(t, h, "glpat-new")
	if err := os.WriteFile(r.catalogPath(), catalogue, 0o600); err != nil {
		t.Fatal(err)
	}
	kept, err := r.Find(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	tok, err := r.Reveal(t.Context(), kept)
	if err != nil || tok.Secret.Reveal() != "glpat-new" || !tok.Life.ExpiresAt.Equal(now.AddDate(0, 1, 0)) {
		t.Errorf("%q until %v, %v", tok.Secret.Reveal(), tok.Life.ExpiresAt, err)
	}
}

func TestTheEarlierOfTheTwoExpiriesCounts(t *testing.T) {
	for name, years := range map[string]int{"the catalogue's": -1, "the record's": 1} {
		r, h := newRig(t), host(t, "registry.example.com")
		r.keep(t, h, "glpat-x")
		r.moveExpiry(t, years)
		kept, err := r.Find(t.Context(), h)
		if err != nil {
			t.Fatal(err)
		}
		tok, err := r.Reveal(t.Context(), kept)
		want := now.AddDate(min(years, 0), 1, 0)
		if err != nil || !tok.Life.ExpiresAt.Equal(want) {
			t.Errorf("%s is earlier: %v, %v; want %v", name, tok.Life.ExpiresAt, err, want)
		}
	}
}

// moveExpiry edits the catalogue behind the program's back.
func (r *rig) moveExpiry(t *testing.T, years int) {
	t.Helper()
	data, err := os.ReadFile(r.catalogPath())
	if err != nil {
		t.Fatal(err)
	}
	from, to := now.AddDate(0, 1, 0).Format(time.RFC3339), now.AddDate(years, 1, 0).Format(time.RFC3339)
	if err := os.WriteFile(r.catalogPath(), []byte(strings.ReplaceAll(string(data), from, to)), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestNoneKeepsAndServesNothing(t *testing.T) {
	r, h := newRig(t), host(t, "registry.example.com")
	r.keep(t, h, "glpat-roots-own")
	calls := r.vault.Calls()
	r.env["GITLABJOB_KEYRING"] = "none"
	if _, err := r.Find(t.Context(), h); !errors.Is(err, credentials.ErrNotKept) {
		t.Errorf("Find = %v", err)
	}
	if all, err := r.All(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("All = %v, %v", all, err)
	}
	if err := r.Ready(t.Context()); !errors.Is(err, keyring.ErrNone) {
		t.Errorf("Ready = %v", err)
	}
	if err := r.Forget(t.Context(), h); err != nil {
		t.Errorf("Forget = %v", err)
	}
	if r.vault.Calls() != calls {
		t.Error("the vault was called")
	}
	r.env["GITLABJOB_KEYRING"] = "os"
	if got := r.reveal(t, h); got != "glpat-roots-own" {
		t.Errorf("kept %q", got)
	}
}

func TestForgetTriesTheVaultOfAHostItDoesNotKnow(t *testing.T) {
	r, h := newRig(t), host(t, "registry.example.com")
	if err := r.vault.Set(t.Context(), h.String(), credentials.NewSecret("orphan")); err != nil {
		t.Fatal(err)
	}
	if err := r.Forget(t.Context(), h); err != nil {
		t.Fatal(err)
	}
	if _, err := r.vault.Get(t.Context(), h.String()); !errors.Is(err, keyring.ErrNoRecord) {
		t.Error("the orphan is still there")
	}
	r.vault.Fail = keyring.ErrLocked
	if err := r.Forget(t.Context(), h); err != nil {
		t.Errorf("Forget of nothing with a locked vault = %v", err)
	}
}

func TestForgetOfAKeptTokenNeedsTheVault(t *testing.T) {
	r, h := newRig(t), host(t, "registry.example.com")
	r.keep(t, h, "glpat-x")
	r.vault.Fail = keyring.ErrLocked
	if err := r.Forget(t.Context(), h); !errors.Is(err, keyring.ErrLocked) {
		t.Errorf("Forget = %v; want ErrLocked", err)
	}
	r.vault.Fail = nil
	if got := r.reveal(t, h); got != "glpat-x" {
		t.Errorf("kept %q", got)
	}
}

func TestMovingToAnotherVaultLeavesNothingBehind(t *testing.T) {
	r, h := newRig(t), host(t, "registry.example.com")
	other := &keyringtest.Memory{Label: "helper:pass"}
	r.Vault = func(name string) (keyring.Vault, error) {
		if name == "os" {
			return r.vault, nil
		}
		return other, nil
	}
	r.keep(t, h, "glpat-old")
	r.env["GITLABJOB_KEYRING"] = "helper:pass"
	r.keep(t, h, "glpat-new")
	if got := r.reveal(t, h); got != "glpat-new" {
		t.Errorf("kept %q", got)
	}
	if _, err := r.vault.Get(t.Context(), h.String()); !errors.Is(err, keyring.ErrNoRecord) {
		t.Error("the old vault still has the old token")
	}
	r.env["GITLABJOB_KEYRING"] = "os"
	if got := r.reveal(t, h); got != "glpat-new" {
		t.Errorf("each entry remembers its vault; got %q", got)
	}
}

// A Set that fails may have written all the same, and one that another process follows must not be undone over it.
func TestASetThatFailsAfterWritingIsUndone(t *testing.T) {
	r, h, fresh := newRig(t), host(t, "registry.example.com"), host(t, "fresh.example.com")
	r.keep(t, h, "glpat-old")
	failing := &lateFailure{Memory: r.vault}
	r.Vault = func(string) (keyring.Vault, error) { return failing, nil }
	for _, target := range []credentials.Host{h, fresh} {
		failing.left = 1
		if err := r.Keep(t.Context(), target, token("glpat-new")); !errors.Is(err, keyring.ErrHung) {
			t.Errorf("Keep = %v; want ErrHung", err)
		}
	}
	if got := r.reveal(t, h); got != "glpat-old" {
		t.Errorf("the vault has %q", got)
	}
	if _, err := r.vault.Get(t.Context(), fresh.String()); !errors.Is(err, keyring.ErrNoRecord) {
		t.Errorf("the vault has a record of a failed write: %v", err)
	}
}

// lateFailure writes and then says that it has not, as often as left says.
type lateFailure struct {
	*keyringtest.Memory
	left int
}

func (l *lateFailure) Set(ctx context.Context, key string, record credentials.Secret) error {
	err := l.Memory.Set(ctx, key, record)
	if l.left > 0 {
		l.left--
		return &keyring.VaultError{Vault: l.Name(), Err: keyring.ErrHung}
	}
	return err
}

func TestALifeThatCouldNotBeReadAgainIsNotWritten(t *testing.T) {
	r := newRig(t)
	bad := token("glpat-x")
	bad.Life.ExpiresAt = time.Time{}
	if err := r.Keep(t.Context(), host(t, "registry.example.com"), bad); err == nil || r.vault.Calls() != 0 {
		t.Errorf("Keep = %v after %d calls", err, r.vault.Calls())
	}
	if _, err := r.All(t.Context()); err != nil {
		t.Errorf("All = %v", err)
	}
}

// A vault that is not used any more and cannot be reached does not keep a new token out, and is named.
func TestLeavingAVaultThatCannotBeReached(t *testing.T) {
	r, h := newRig(t), host(t, "registry.example.com")
	r.keep(t, h, "glpat-old")
	other := &keyringtest.Memory{Label: "helper:pass"}
	var notes []string
	r.Note = func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	r.Vault = func(name string) (keyring.Vault, error) {
		if name == "os" {
			return r.vault, nil
		}
		return other, nil
	}
	r.vault.Fail = keyring.ErrNoBus
	r.env["GITLABJOB_KEYRING"] = "helper:pass"
	r.keep(t, h, "glpat-new")
	if got := r.reveal(t, h); got != "glpat-new" {
		t.Errorf("kept %q", got)
	}
	if len(notes) != 1 || !strings.Contains(notes[0], `"os"`) {
		t.Errorf("notes %q", notes)
	}
}

func TestReadyTriesTheCatalogueToo(t *testing.T) {
	r := newRig(t)
	if err := r.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	if all, err := r.All(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("All = %v, %v", all, err)
	}
	if err := os.MkdirAll(filepath.Join(r.dir, "catalog.json.new", "x"), 0o700); err != nil { // in the way of the new file
		t.Fatal(err)
	}
	var catalogErr *keyring.CatalogError
	calls := r.vault.Calls()
	if err := r.Ready(t.Context()); !errors.As(err, &catalogErr) || r.vault.Calls() != calls {
		t.Errorf("Ready = %v", err)
	}
}

// What get reads while another process stores and erases is what was there before or after, and never "lost".
func TestReadingBesideWriting(t *testing.T) {
	r, h := newRig(t), host(t, "registry.example.com")
	stop := make(chan struct{})
	var writer sync.WaitGroup
	writer.Go(func() {
		defer close(stop)
		for range 150 {
			if err := errors.Join(r.Keep(t.Context(), h, token("glpat-x")), r.Forget(t.Context(), h)); err != nil {
				t.Error(err)
			}
		}
	})
	for done := false; !done; {
		select {
		case <-stop:
			done = true
		default:
		}
		kept, err := r.Find(t.Context(), h)
		if err == nil {
			_, err = r.Reveal(t.Context(), kept)
		}
		if err != nil && !errors.Is(err, credentials.ErrNotKept) {
			t.Fatalf("read: %v", err)
		}
	}
	writer.Wait()
}

func TestAHomeThatIsNoDirectoryKeepsNothing(t *testing.T) {
	k := &keyring.Keyring{Getenv: func(name string) string {
		return map[string]string{"HOME": os.DevNull, "XDG_STATE_HOME": filepath.Join(os.DevNull, "x")}[name]
	}}
	if _, err := k.Find(t.Context(), host(t, "registry.example.com")); !errors.Is(err, credentials.ErrNotKept) {
		t.Errorf("Find = %v", err)
	}
}
