package keyring_test

import (
	"context"
	"errors"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring/keyringtest"
)

// A key whose secret half is locked still encrypts: what was written and cannot be read is taken back, and nobody waits
// for a second reading.
func TestARecordThatCannotBeReadIsTakenBack(t *testing.T) {
	r, h := newRig(t), host(t, "registry.example.com")
	locked := &writeOnly{Memory: r.vault}
	r.Vault = func(string) (keyring.Vault, error) { return locked, nil }
	if err := r.Keep(t.Context(), h, token("glpat-new")); !errors.Is(err, keyring.ErrLocked) {
		t.Errorf("Keep = %v; want ErrLocked", err)
	}
	if locked.refused != 1 {
		t.Errorf("it was read %d times", locked.refused)
	}
	if _, err := r.vault.Get(t.Context(), h.String()); !errors.Is(err, keyring.ErrNoRecord) {
		t.Errorf("the record is still there: %v", err)
	}
}

// writeOnly is a vault that opens no record.
type writeOnly struct {
	*keyringtest.Memory

	refused int
}

func (w *writeOnly) Get(ctx context.Context, key string) (credentials.Secret, error) {
	if _, err := w.Memory.Get(ctx, key); err != nil {
		return credentials.Secret{}, err
	}
	w.refused++
	return credentials.Secret{}, &keyring.VaultError{Vault: w.Name(), Err: keyring.ErrLocked}
}
