package keyring_test

import (
	"context"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring/keyringtest"
)

// watched is a vault that notes what it is asked.
type watched struct {
	*keyringtest.Memory
	calls *[]string
}

func (w watched) Ready(ctx context.Context) error {
	*w.calls = append(*w.calls, "ready")
	return w.Memory.Ready(ctx)
}

func (w watched) Get(ctx context.Context, key string) (credentials.Secret, error) {
	*w.calls = append(*w.calls, "get "+key)
	return w.Memory.Get(ctx, key)
}

func (w watched) Set(ctx context.Context, key string, record credentials.Secret) error {
	*w.calls = append(*w.calls, "set "+key)
	return w.Memory.Set(ctx, key, record)
}

// A kill between GitLab's answer and the vault loses the new token: nothing comes in between.
func TestTheNewTokenIsWrittenBeforeAnythingElse(t *testing.T) {
	r := newTwins(t)
	renewal := r.renew(t, registry)
	if err := renewal.Intend(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	var calls []string
	r.Vault = func(name string) (keyring.Vault, error) { return watched{r.vaults[name], &calls}, nil }
	if err := renewal.Commit(t.Context(), fresh()); err != nil {
		t.Fatal(err)
	}
	if len(calls) < 2 || calls[0] != "set "+registry || calls[1] != "get "+registry {
		t.Errorf("the vault was asked %q; want it written, and read back, first", calls)
	}
	renewal.Close()
	r.has(t, map[string]string{registry: "glpat-new", mirror: "glpat-new"})
}
