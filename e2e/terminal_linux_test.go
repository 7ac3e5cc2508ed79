package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// terminal opens a pseudo-terminal: what is written to the first end is typed at the second (pts(4)).
func terminal(t *testing.T) (keyboard, screen *os.File) {
	t.Helper()
	keyboard, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = keyboard.Close() })
	if err := unix.IoctlSetPointerInt(int(keyboard.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(keyboard.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	screen, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = screen.Close() })
	return keyboard, screen
}

// A person at a terminal who names no registry is asked for one.
func TestConfigureAsksAtATerminal(t *testing.T) {
	for typed, want := range map[string]struct {
		code int
		text string // in the config file; "" for no file
	}{
		"registry.example.com\n": {0, `"registry.example.com": "gitlabjob"`},
		"\n":                     {2, ""},
		"two words\n":            {1, ""},
	} {
		home, err := kit.NewHome(filepath.Join(t.TempDir(), "home"), bin)
		if err != nil {
			t.Fatal(err)
		}
		keyboard, screen := terminal(t)
		cmd := exec.CommandContext(t.Context(), filepath.Join(bin, kit.Program), "configure")
		cmd.Env, cmd.Dir, cmd.WaitDelay = home.Env(), home.Dir, time.Second
		var stderr bytes.Buffer
		cmd.Stdin, cmd.Stderr = screen, &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := keyboard.WriteString(typed); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // how it ended is looked at next
		if code := cmd.ProcessState.ExitCode(); code != want.code {
			t.Errorf("%q: exit code %d: %s", typed, code, stderr.String())
		}
		if !strings.HasPrefix(stderr.String(), "registry, such as registry.gitlab.com: ") {
			t.Errorf("%q: it does not ask: %q", typed, stderr.String())
		}
		text, err := os.ReadFile(home.ConfigPath())
		if got := string(text); want.text == "" && err == nil || !strings.Contains(got, want.text) {
			t.Errorf("%q: the file has %q, %v", typed, got, err)
		}
	}
}
