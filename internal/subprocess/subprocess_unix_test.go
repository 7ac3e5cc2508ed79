//go:build unix

package subprocess

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// run runs a shell's script.
func run(ctx context.Context, script string) ([]byte, error) {
	return Output(Command(ctx, "/bin/sh", "-c", script))
}

func TestOutput(t *testing.T) {
	for name, c := range map[string]struct {
		script, want string
		fails        bool
	}{
		"what it prints":         {"echo a; echo b >&2", "a\n", false},
		"nothing":                {":", "", false},
		"it fails":               {"echo why; exit 3", "why\n", true},
		"a child holds its pipe": {"sleep 5 & echo a", "a\n", false},
		"the same, and it fails": {"sleep 5 & echo a; exit 3", "a\n", true},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			got, err := run(t.Context(), c.script)
			if string(got) != c.want || (err != nil) != c.fails {
				t.Errorf("%q, %v", got, err)
			}
			if took := time.Since(start); took > 3*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// What a program prints without end is not read without end.
func TestOutputOfTooMuch(t *testing.T) {
	const most = "head -c 1048576 /dev/zero"
	if got, err := run(t.Context(), most); len(got) != MaxOutput || err != nil {
		t.Errorf("as much as it may: %d bytes, %v", len(got), err)
	}
	for _, script := range []string{most + "; echo", "yes", "yes; exit 0", most + " >&2; yes"} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		if got, err := run(ctx, script); got != nil || !errors.Is(err, ErrTooMuch) || ctx.Err() != nil {
			t.Errorf("%s: %d bytes, %v, %v", script, len(got), err, ctx.Err())
		}
		cancel()
	}
}

// A program that hangs is ended with what it has started.
func TestOutputOfOneThatHangs(t *testing.T) {
	for _, script := range []string{"exec sleep 20", "sleep 20", "trap '' TERM; sleep 20 & sleep 20"} {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		start := time.Now()
		got, err := run(ctx, script)
		cancel()
		if took := time.Since(start); err == nil || len(got) != 0 || took > 3*time.Second {
			t.Errorf("%s: %q, %v after %v", script, got, err, took)
		}
	}
}

func TestOutputOfNone(t *testing.T) {
	_, err := Output(Command(t.Context(), "docker-credential-"+strings.Repeat("x", 9)))
	if !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("%v", err)
	}
}
