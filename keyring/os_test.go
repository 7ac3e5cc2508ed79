package keyring

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	gokeyring "github.com/zalando/go-keyring"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// blocked is a keyring that never answers, as one does that waits for its prompt.
type blocked struct{}

func (blocked) Get(string, string) (string, error) { select {} }
func (blocked) Set(string, string, string) error   { select {} }
func (blocked) Delete(string, string) error        { select {} }
func ready(context.Context) error                  { return nil }
func hung(ctx context.Context) error               { <-ctx.Done(); return ctx.Err() }

type failing struct{ err error }

func (f failing) Get(string, string) (string, error) { return "", f.err }
func (f failing) Set(string, string, string) error   { return f.err }
func (f failing) Delete(string, string) error        { return f.err }

func calls(v Vault) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"Get":    func(ctx context.Context) error { _, err := v.Get(ctx, "h"); return err },
		"Set":    func(ctx context.Context) error { return v.Set(ctx, "h", credentials.NewSecret("x")) },
		"Delete": func(ctx context.Context) error { return v.Delete(ctx, "h") },
	}
}

func TestEveryCallToTheKeyringIsBounded(t *testing.T) {
	for _, v := range []*osVault{{ring: blocked{}, probe: ready}, {ring: failing{}, probe: hung}} {
		for name, do := range calls(v) {
			start := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			err := do(ctx)
			cancel()
			if took := time.Since(start); !errors.Is(err, ErrHung) && !errors.Is(err, context.DeadlineExceeded) || took > time.Second {
				t.Errorf("%s = %v after %v; want ErrHung", name, err, took)
			}
		}
	}
}

// The deadline of a call is Deadline where the caller has none. The clock of the bubble makes the wait short.
func TestTheDeadlineIsThreeSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, err := bounded(context.Background(), func(ctx context.Context) (int, error) { <-ctx.Done(); time.Sleep(time.Hour); return 1, nil })
		if took := time.Since(start); !errors.Is(err, ErrHung) || took != 3*time.Second {
			t.Errorf("%v after %v", err, took)
		}
		time.Sleep(2 * time.Hour) // lets the abandoned call end: its answer has room
	})
}

func TestTheProbeComesFirst(t *testing.T) {
	v := &osVault{ring: blocked{}, probe: func(context.Context) error { return ErrLocked }}
	for name, do := range calls(v) {
		var vaultErr *VaultError
		if err := do(t.Context()); !errors.Is(err, ErrLocked) || !errors.As(err, &vaultErr) || vaultErr.Vault != "os" {
			t.Errorf("%s = %v; want ErrLocked of the vault os", name, err)
		}
	}
	if err := v.Ready(t.Context()); !errors.Is(err, ErrLocked) {
		t.Errorf("Ready = %v", err)
	}
}

func TestRecognise(t *testing.T) {
	for _, c := range []struct{ got, want error }{
		{gokeyring.ErrNotFound, ErrNoRecord},
		{gokeyring.ErrSetDataTooBig, ErrTooLarge},
		{gokeyring.ErrUnsupportedPlatform, ErrUnsupported},
	} {
		_, err := (&osVault{ring: failing{c.got}, probe: ready}).Get(t.Context(), "h")
		if !errors.Is(err, c.want) {
			t.Errorf("%v becomes %v; want %v", c.got, err, c.want)
		}
	}
}
