package keyring_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring/keyringtest"
)

// stubborn is a vault that does not take some of the records.
type stubborn struct {
	*keyringtest.Memory
	no     map[string]int // how many times more, by key; negative: for ever
	writes int
}

func (s *stubborn) Set(ctx context.Context, key string, record credentials.Secret) error {
	s.writes++
	if s.no[key] != 0 {
		s.no[key]--
		return &keyring.VaultError{Vault: s.Name(), Err: keyring.ErrQuota}
	}
	return s.Memory.Set(ctx, key, record)
}

const ever = -1

// A vault that does not take the new token is tried again, then another one is.
func TestTheNewTokenIsWrittenSomewhere(t *testing.T) {
	for name, c := range map[string]struct {
		os, kernel, helper map[string]int
		choice             string
		vaults             map[string]string // where it is then, by host; "": nowhere
		says               string
	}{
		"at the second attempt": {
			map[string]int{registry: 1}, nil, nil, "os", map[string]string{registry: "os", mirror: "os"}, "",
		},
		"in another vault": {
			map[string]int{registry: ever, mirror: ever}, nil, nil, "os",
			map[string]string{registry: "kernel", mirror: "kernel"}, `is in the vault "kernel": "os" did not take it`,
		},
		"in the one that is chosen now": {
			map[string]int{registry: ever, mirror: ever}, map[string]int{registry: ever, mirror: ever}, nil, "helper:x",
			map[string]string{registry: "helper:x", mirror: "helper:x"}, `is in the vault "helper:x"`,
		},
		"for one host": {
			map[string]int{mirror: ever}, map[string]int{mirror: ever}, nil, "os",
			map[string]string{registry: "os", mirror: ""}, "could not be written for mirror.example.com as well",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newTwins(t)
			renewal := r.renew(t, registry)
			if err := renewal.Intend(t.Context(), now); err != nil {
				t.Fatal(err)
			}
			r.Vault = func(name string) (keyring.Vault, error) {
				no := map[string]map[string]int{"os": c.os, "kernel": c.kernel, "helper:x": c.helper}[name]
				return &stubborn{Memory: r.vaults[name], no: no}, nil
			}
			r.env["GITLABJOB_KEYRING"] = c.choice
			if err := renewal.Commit(t.Context(), fresh()); err != nil {
				t.Fatal(err)
			}
			renewal.Close()
			if said := strings.Join(r.notes, "\n"); c.says == "" != (said == "") || !strings.Contains(said, c.says) {
				t.Errorf("it notes %q; want %q", said, c.says)
			}
			for name, vault := range c.vaults {
				k := r.find(t, name)
				if vault == "" {
					vault = "os" // where it was, and has been since
				} else if k.Rotation.Begun() {
					t.Errorf("%s still has a note", name)
				}
				tok, err := r.Reveal(t.Context(), k)
				if err != nil || tok.Secret.Reveal() != "glpat-new" || k.Vault != vault {
					t.Errorf("%s: %q in the vault %q, %v; want %q", name, tok.Secret.Reveal(), k.Vault, err, vault)
				}
				_, err = r.vault.Get(t.Context(), name)
				if moved := vault != "os"; moved != errors.Is(err, keyring.ErrNoRecord) {
					t.Errorf("%s: its own vault: %v", name, err)
				}
			}
		})
	}
}

// Where no vault takes it at all, it is not lost as long as somebody has it in memory.
func TestTheNewTokenIsWrittenNowhereAtFirst(t *testing.T) {
	r := newTwins(t)
	renewal := r.renew(t, registry)
	if err := renewal.Intend(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	for _, vault := range r.vaults {
		vault.Fail = keyring.ErrLocked
	}
	if err := renewal.Commit(t.Context(), fresh()); !errors.Is(err, keyring.ErrLocked) {
		t.Errorf("Commit = %v", err)
	}
	renewal.Close()
	seen := r.find(t, registry)
	if _, err := r.Reveal(t.Context(), seen); !errors.Is(err, keyring.ErrLocked) {
		t.Errorf("Reveal = %v", err)
	}
	for _, vault := range r.vaults {
		vault.Fail = nil
	}
	var interrupted *credentials.InterruptedError
	if _, err := r.Reveal(t.Context(), seen); !errors.As(err, &interrupted) {
		t.Errorf("Reveal = %v", err)
	}
	again := r.renew(t, registry) // as NewTokenLostError.Again does
	if err := again.Commit(t.Context(), fresh()); err != nil {
		t.Fatal(err)
	}
	again.Close()
	r.has(t, map[string]string{registry: "glpat-new", mirror: "glpat-new", other: "glpat-other"})
}

// A token that was out for a moment, while another process wrote it again, is no lost one.
func TestARecordThatIsWrittenAgainIsNotLost(t *testing.T) {
	r := newTwins(t)
	k := r.find(t, registry)
	record, err := r.vault.Get(t.Context(), registry)
	if err != nil {
		t.Fatal(err)
	}
	r.Vault = func(string) (keyring.Vault, error) { return &returning{Memory: r.vault, record: record}, nil }
	if err := r.vault.Delete(t.Context(), registry); err != nil {
		t.Fatal(err)
	}
	if tok, err := r.Reveal(t.Context(), k); err != nil || tok.Secret.Reveal() != "glpat-old" {
		t.Errorf("Reveal = %q, %v", tok.Secret.Reveal(), err)
	}
}

// returning is a vault whose record comes back once it was missed.
type returning struct {
	*keyringtest.Memory
	record credentials.Secret
}

func (v *returning) Get(ctx context.Context, key string) (credentials.Secret, error) {
	got, err := v.Memory.Get(ctx, key)
	if errors.Is(err, keyring.ErrNoRecord) {
		_ = v.Set(ctx, key, v.record)
	}
	return got, err
}
