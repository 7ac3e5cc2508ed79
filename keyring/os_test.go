package keyring

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	gokeyring "github.com/zalando/go-keyring"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// blocked is a keyring that never answers, as one does that waits for its prompt.
type blocked struct{}

func (blocked) Set(string, string, string) error { select {} }
func (blocked) Delete(string, string) error      { select {} }
func ready(context.Context) error                { return nil }
func hung(ctx context.Context) error             { <-ctx.Done(); return ctx.Err() }

type failing struct{ err error }

func (f failing) Set(string, string, string) error { return f.err }
func (f failing) Delete(string, string) error      { return f.err }

// reading is a read that ends with err, or never for nil.
func reading(err error) func(context.Context, string, string) (string, error) {
	return func(context.Context, string, string) (string, error) {
		if err == nil {
			select {}
		}
		return "", err
	}
}

func calls(v Vault) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"Get":    func(ctx context.Context) error { _, err := v.Get(ctx, "h"); return err },
		"Set":    func(ctx context.Context) error { return v.Set(ctx, "h", credentials.NewSecret("x")) },
		"Delete": func(ctx context.Context) error { return v.Delete(ctx, "h") },
	}
}

func TestEveryCallToTheKeyringIsBounded(t *testing.T) {
	for _, v := range []*osVault{
		{ring: blocked{}, probe: ready, read: reading(nil)}, {ring: failing{}, probe: hung, read: reading(nil)},
	} {
		for name, do := range calls(v) {
			start := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			err := do(ctx)
			cancel()
			if took := time.Since(start); !errors.Is(err, ErrHung) || took > time.Second {
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
		if took := time.Since(start); !errors.Is(err, ErrHung) || took < 3*time.Second || took > 3300*time.Millisecond {
			t.Errorf("%v after %v", err, took)
		}
		time.Sleep(2 * time.Hour) // lets the abandoned call end: its answer has room
	})
}

func TestTheProbeComesFirst(t *testing.T) {
	v := &osVault{ring: blocked{}, probe: func(context.Context) error { return ErrLocked }, read: reading(ErrLocked)}
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
		v := &osVault{ring: failing{c.got}, probe: ready, read: reading(c.got)}
		for name, do := range calls(v) {
			if err := do(t.Context()); !errors.Is(err, c.want) {
				t.Errorf("%s: %v becomes %v; want %v", name, c.got, err, c.want)
			}
		}
	}
}

// go-keyring takes an answer's type for granted: one that is not what it expects is an error and no crash.
func TestAPanicIsAnError(t *testing.T) {
	_, err := bounded(t.Context(), func(context.Context) (int, error) { panic("interface conversion") })
	if err == nil || !strings.Contains(err.Error(), "not understood") {
		t.Errorf("bounded = %v", err)
	}
}
