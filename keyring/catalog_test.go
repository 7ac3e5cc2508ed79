//go:build unix

package keyring_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

func TestADamagedCatalogueIsNamedAndLeftAlone(t *testing.T) {
	const entry = `{"username":"u","vault":"os","id":"i","life":{"expiry":%q}}`
	for text, want := range map[string]string{
		"":                          "line 1",
		"{\n\t\"version\": 1,\n\t!": "line 3, column 2",
		"[]":                        "cannot unmarshal",
		"\x00\x01":                  "line 1",
		`{}`:                        "no version",
		`{"version":2}`:             "format 2",
		`{"version":1,"tokens":{"A.example":` + fmt.Sprintf(entry, "never") + `}}`: `"A.example"`,
		`{"version":1,"tokens":{"a@b":` + fmt.Sprintf(entry, "never") + `}}`:       "user-info",
		`{"version":1,"tokens":{"a.example":` + fmt.Sprintf(entry, "maybe") + `}}`: `"maybe"`,
		`{"version":1,"tokens":{"a.example":` + fmt.Sprintf(entry, "known") + `}}`: "missing",
	} {
		r := newRig(t)
		if err := errors.Join(os.MkdirAll(r.dir, 0o700), os.WriteFile(r.catalogPath(), []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
		h := host(t, "registry.example.com")
		_, findErr := r.Find(t.Context(), h)
		for name, err := range map[string]error{
			"Find": findErr, "Ready": r.Ready(t.Context()), "Keep": r.Keep(t.Context(), h, token("x")), "Forget": r.Forget(t.Context(), h),
		} {
			var catalogErr *keyring.CatalogError
			if !errors.As(err, &catalogErr) || catalogErr.Path != r.catalogPath() || !strings.Contains(err.Error(), want) {
				t.Errorf("%q: %s = %v; want %q", text, name, err, want)
			}
		}
		if after, err := os.ReadFile(r.catalogPath()); err != nil || string(after) != text {
			t.Errorf("%q became %q, %v", text, after, err)
		}
		if r.vault.Calls() != 0 {
			t.Errorf("%q: the vault was called", text)
		}
	}
}

func TestACatalogueThatIsNoFileDoesNotBlock(t *testing.T) {
	r := newRig(t)
	if err := errors.Join(os.MkdirAll(r.dir, 0o700), syscall.Mkfifo(r.catalogPath(), 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Find(t.Context(), host(t, "registry.example.com")); err == nil || !strings.Contains(err.Error(), "regular") {
		t.Errorf("Find = %v", err)
	}
}

func TestAStateDirectoryThatCannotBeMade(t *testing.T) {
	r := newRig(t)
	if err := os.WriteFile(r.dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var catalogErr *keyring.CatalogError
	if err := r.Keep(t.Context(), host(t, "registry.example.com"), token("x")); !errors.As(err, &catalogErr) || r.vault.Calls() != 0 {
		t.Errorf("Keep = %v after %d calls", err, r.vault.Calls())
	}
}

// Fifty at once, each with a Keyring of its own as processes have, keep and forget: no entry is lost or torn.
func TestFiftyAtOnce(t *testing.T) {
	shared := newRig(t)
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			k := &keyring.Keyring{Getenv: shared.Getenv, Vault: shared.Vault}
			own, err := credentials.ParseHost(fmt.Sprintf("r%d.example.com", i))
			if err != nil {
				t.Error(err)
			}
			if err := k.Keep(t.Context(), own, token(fmt.Sprint("glpat-", i))); err != nil {
				t.Error(err)
			}
			if i%2 == 1 {
				if err := k.Forget(t.Context(), own); err != nil {
					t.Error(err)
				}
			}
			if _, err := k.All(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	kept, err := shared.All(t.Context())
	if err != nil || len(kept) != 25 {
		t.Fatalf("%d are kept, %v; want 25", len(kept), err)
	}
	for i := 0; i < 50; i += 2 {
		if got := shared.reveal(t, host(t, fmt.Sprintf("r%d.example.com", i))); got != fmt.Sprint("glpat-", i) {
			t.Errorf("r%d has %q", i, got)
		}
	}
	left, err := filepath.Glob(filepath.Join(shared.dir, "*"))
	if err != nil || len(left) != 2 {
		t.Errorf("the directory has %v", left)
	}
}

func TestAHeldLockIsSaidInTime(t *testing.T) {
	r, h := newRig(t), host(t, "registry.example.com")
	r.keep(t, h, "glpat-x")
	lock, err := os.OpenFile(filepath.Join(r.dir, "catalog.lock"), os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lock.Close() }()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if got := r.reveal(t, h); got != "glpat-x" {
		t.Errorf("reading needs no lock; got %q", got)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	err = r.Forget(ctx, h)
	if took := time.Since(start); err == nil || !strings.Contains(err.Error(), "another process") || took > 2*time.Second {
		t.Errorf("Forget = %v after %v", err, took)
	}
}
