package keyring_test

import (
	"context"
	"errors"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring/keyringtest"
)

// interrupted is a vault that is being written when somebody presses Ctrl-C, and that would lose the record by being
// given up on.
type interrupted struct {
	*keyringtest.Memory

	press func()
}

func (v *interrupted) Set(ctx context.Context, key string, record credentials.Secret) error {
	if v.press == nil {
		return v.Memory.Set(ctx, key, record)
	}
	if v.press(); ctx.Err() != nil {
		return errors.Join(v.Delete(context.WithoutCancel(ctx), key), ctx.Err())
	}
	return v.Memory.Set(ctx, key, record)
}

// A Ctrl-C while the vault is proved costs nothing of what is kept.
func TestRenewIsNotGivenUpInTheMiddleOfAWrite(t *testing.T) {
	r, h := newRig(t), host(t, "registry.example.com")
	v := &interrupted{Memory: r.vault}
	r.Vault = func(string) (keyring.Vault, error) { return v, nil }
	if err := r.Keep(t.Context(), h, token("glpat-old")); err != nil {
		t.Fatal(err)
	}
	seen, err := r.Find(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	v.press = cancel
	renewal, err := r.Renew(ctx, seen)
	if err == nil {
		renewal.Close()
	}
	v.press = nil
	if got := r.reveal(t, h); got != "glpat-old" || ctx.Err() == nil {
		t.Errorf("kept %q, %v", got, ctx.Err())
	}
	if _, err := r.Renew(ctx, seen); !errors.Is(err, context.Canceled) {
		t.Errorf("Renew, after Ctrl-C: %v", err)
	}
}
