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
