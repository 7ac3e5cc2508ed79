//go:build unix

package gitlabrunner

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// runnerOnPath makes a gitlab-runner that does this, the only program on PATH but for the system's.
func runnerOnPath(t *testing.T, script string) {
	t.Helper()
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "gitlab-runner"), []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":/usr/bin:/bin")
}

func TestAskVersion(t *testing.T) {
	const rest = "Git revision: 782c6ecb\nGit branch:   16-9-stable\nGO version:   go1.21.5\nOS/Arch:      linux/amd64\n"
	for name, c := range map[string]struct {
		script string
		want   Version
		fails  bool
	}{
		"as it answers":        {"cat <<'EOF'\nVersion:      16.9.1\n" + rest + "EOF\n", Version{16, 9, 1}, false},
		"a preview":            {"cat <<'EOF'\nVersion:      18.3.0~pre.5.gabc\n" + rest + "EOF\n", Version{18, 3, 0}, false},
		"only when asked":      {"[ \"$*\" = --version ] && echo 'Version: 18.2.0'", Version{18, 2, 0}, false},
		"with a warning":       {"echo 'Version: 1.1' >&2; echo x; echo 'Version: 18.2.0'", Version{18, 2, 0}, false},
		"built from a branch":  {"echo 'Version:      development version'", Version{}, true},
		"names none":           {"echo 'GO version:   go1.21.5'", Version{}, true},
		"says nothing":         {"", Version{}, true},
		"fails":                {"echo 'Version: 18.3.0'; exit 1", Version{}, true},
		"prints too much":      {"head -c 1048576 /dev/zero; echo; echo 'Version: 18.3.0'", Version{}, true},
		"leaves a child there": {"sleep 5 & echo 'Version: 18.3.0'", Version{18, 3, 0}, false},
	} {
		t.Run(name, func(t *testing.T) {
			runnerOnPath(t, c.script)
			start := time.Now()
			v, err := AskVersion(t.Context())
			if v != c.want || (err != nil) != c.fails {
				t.Errorf("AskVersion = %v, %v; want %v", v, err, c.want)
			}
			if took := time.Since(start); took > 3*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

// One that hangs is left, also where it is a script whose child hangs and holds its pipe.
func TestAskVersionThatHangs(t *testing.T) {
	for _, script := range []string{"exec sleep 20", "sleep 20"} {
		runnerOnPath(t, script)
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		start := time.Now()
		_, err := AskVersion(ctx)
		cancel()
		if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took > 3*time.Second {
			t.Errorf("%s: %v after %v", script, err, took)
		}
	}
}

func TestAskVersionOfNone(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := AskVersion(t.Context()); !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("AskVersion = %v", err)
	}
}
