// Package keyringtest has the contract that every vault keeps, as one suite that runs against all of them, and a vault
// in memory for tests of what stands above. The suite keeps the fake honest: it passes it too.
package keyringtest

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// Contract is the suite. New returns a vault that is ready and empty.
type Contract struct {
	New func(t *testing.T) keyring.Vault
}

// The keys are hosts as the catalogue writes them; each must be told from all others.
var keys = []string{
	"registry.gitlab.com", "gitlab.com", "registry.gitlab.com:5050", "registry.gitlab.com:50", "[::1]:5000",
	"my_registry",
}

// Test runs the suite.
func (c Contract) Test(t *testing.T) {
	t.Run("a key that was never set has no record", func(t *testing.T) {
		v := c.vault(t)
		if got, err := v.Get(t.Context(), keys[0]); !errors.Is(err, keyring.ErrNoRecord) || !got.Empty() {
			t.Errorf("Get = %q, %v; want ErrNoRecord", got.Reveal(), err)
		}
		if err := v.Delete(t.Context(), keys[0]); !errors.Is(err, keyring.ErrNoRecord) {
			t.Errorf("Delete = %v; want ErrNoRecord", err)
		}
	})
	t.Run("what was set comes back to the byte", func(t *testing.T) {
		v := c.vault(t)
		for name, value := range values() {
			set(t, v, keys[0], value)
			if got := get(t, v, keys[0]); got != value {
				t.Errorf("%s: Get = %d bytes, want %d, or they differ", name, len(got), len(value))
			}
		}
	})
	t.Run("keys are apart", func(t *testing.T) {
		v := c.vault(t)
		for _, key := range keys {
			set(t, v, key, `{"for":"`+key+`"}`)
		}
		if err := v.Delete(t.Context(), keys[0]); err != nil {
			t.Fatal(err)
		}
		if _, err := v.Get(t.Context(), keys[0]); !errors.Is(err, keyring.ErrNoRecord) {
			t.Errorf("Get after Delete = %v; want ErrNoRecord", err)
		}
		for _, key := range keys[1:] {
			if got := get(t, v, key); got != `{"for":"`+key+`"}` {
				t.Errorf("%s: Get = %q", key, got)
			}
		}
	})
	t.Run("several may use it at once", func(t *testing.T) {
		v := c.vault(t)
		var all sync.WaitGroup
		for _, key := range keys {
			all.Go(func() {
				for range 3 {
					if err := v.Set(t.Context(), key, credentials.NewSecret(key)); err != nil {
						t.Error(err)
					}
					if got, err := v.Get(t.Context(), key); err != nil || got.Reveal() != key {
						t.Errorf("%s: Get = %q, %v", key, got.Reveal(), err)
					}
				}
			})
		}
		all.Wait()
	})
	t.Run("a context that has ended ends the call", func(t *testing.T) {
		v := c.vault(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		start := time.Now()
		_, err := v.Get(ctx, keys[0])
		if took := time.Since(start); took > time.Second {
			t.Errorf("Get took %v", took)
		}
		if err == nil {
			t.Error("Get = nil error")
		}
	})
}

// vault returns a vault that is ready, and that is empty again after the test.
func (c Contract) vault(t *testing.T) keyring.Vault {
	t.Helper()
	v := c.New(t)
	if v.Name() == "" {
		t.Error("the vault has no name")
	}
	if err := v.Ready(t.Context()); err != nil {
		t.Fatalf("Ready: %v", err)
	}
	t.Cleanup(func() {
		for _, key := range keys {
			if err := v.Delete(context.Background(), key); err != nil && !errors.Is(err, keyring.ErrNoRecord) {
				t.Errorf("clean up %s: %v", key, err)
			}
		}
	})
	return v
}

func values() map[string]string {
	return map[string]string{
		"plain":                       "glpat-0123456789",
		"JSON":                        `{"v":1,"token":"a\"b\\c","name":"ünïcode 🔑"}`,
		"shell":                       "a b'c\"d$e`f;g&h|i>j\\k*",
		"spaces around":               "{ \t}",
		"as large as a record may be": strings.Repeat("x", keyring.MaxRecord),
	}
}

func set(t *testing.T, v keyring.Vault, key, value string) {
	t.Helper()
	if err := v.Set(t.Context(), key, credentials.NewSecret(value)); err != nil {
		t.Fatalf("Set(%s): %v", key, err)
	}
}

func get(t *testing.T, v keyring.Vault, key string) string {
	t.Helper()
	got, err := v.Get(t.Context(), key)
	if err != nil {
		t.Fatalf("Get(%s): %v", key, err)
	}
	return got.Reveal()
}
