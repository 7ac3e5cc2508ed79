package system

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// pane is a terminal with a shell in it, of a tmux of its own. All that is shown there goes to a file as well, where the
// sweep for secrets finds it.
type pane struct {
	a      *account
	socket string
	log    string
	said   int // how many commands have been run
	seen   int // how much of the log was looked at
}

// terminal opens a terminal for the account, whose programs have the environment that the account has by now. The shell
// is one that adds nothing of its own to what is shown.
func (a *account) terminal(t *testing.T) *pane {
	t.Helper()
	dir := fresh(t, a)
	p := &pane{a: a, socket: filepath.Join(dir, "tmux"), log: filepath.Join(dir, "shown")}
	t.Cleanup(func() {
		_ = p.command(context.Background(), "", "kill-server").Run() // a test may have ended it
	})
	p.tmux(t, "", "-f", "/dev/null", "new-session", "-d", "-x", "160", "-y", "50", "dash",
		";", "pipe-pane", "-o", "exec cat >"+p.log)
	p.shows(t, "# ") // the prompt that dash has for root
	return p
}

func (p *pane) command(ctx context.Context, stdin string, args ...string) *exec.Cmd {
	cmd := p.a.Command(ctx, "tmux", append([]string{"-u", "-S", p.socket}, args...)...)
	cmd.Stdin = strings.NewReader(stdin)
	return cmd
}

func (p *pane) tmux(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	out, err := p.command(t.Context(), stdin, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("tmux %q: %v\n%s", args, err, out)
	}
	return string(out)
}

// types types a text, and then presses keys that tmux has a name for ("Enter", "C-c").
func (p *pane) types(t *testing.T, text string, keys ...string) {
	t.Helper()
	if text != "" { // by way of the clipboard: a command line is no place for a token
		p.tmux(t, text, "load-buffer", "-", ";", "paste-buffer", "-d")
	}
	if len(keys) > 0 {
		p.tmux(t, "", append([]string{"send-keys"}, keys...)...)
	}
}

// screen is what the terminal shows, with what has left it at the top.
func (p *pane) screen(t *testing.T) string {
	t.Helper()
	return p.tmux(t, "", "capture-pane", "-p", "-J", "-S", "-")
}

// shows waits until the terminal shows each of the texts.
func (p *pane) shows(t *testing.T, texts ...string) string {
	t.Helper()
	var screen string
	for _, text := range texts {
		err := poll(t.Context(), func() (bool, error) {
			screen = p.screen(t)
			return strings.Contains(screen, text), nil
		})
		if err != nil {
			t.Fatalf("%q is not shown: %v\n%s", text, err, screen)
		}
	}
	return screen
}

// starts types a command. How it ends is what ends waits for.
func (p *pane) starts(t *testing.T, command string) {
	t.Helper()
	p.tmux(t, "", "send-keys", "-R", ";", "clear-history") // what was shown before is of no interest
	p.said++
	p.seen = len(p.shown(t))
	p.types(t, command+"; echo ended "+strconv.Itoa(p.said)+": $?", "Enter")
}

// ends waits for the end of the command, and returns its exit code and the screen.
func (p *pane) ends(t *testing.T) (code int, screen string) {
	t.Helper()
	end := regexp.MustCompile(`(?m)^ended ` + strconv.Itoa(p.said) + `: (\d+)$`)
	err := poll(t.Context(), func() (bool, error) {
		screen = p.screen(t)
		return end.MatchString(screen) && end.MatchString(strings.ReplaceAll(p.written(t), "\r\n", "\n")), nil
	})
	if err != nil {
		t.Fatalf("it does not end: %v\n%s", err, screen)
	}
	code, _ = strconv.Atoi(end.FindStringSubmatch(screen)[1])
	return code, screen
}

// runs runs a command to its end, which must be that exit code, and returns the screen.
func (p *pane) runs(t *testing.T, want int, command string) string {
	t.Helper()
	p.starts(t, command)
	return p.exits(t, want)
}

// exits waits for the end of the command, which must be that exit code, and returns the screen.
func (p *pane) exits(t *testing.T, want int) string {
	t.Helper()
	code, screen := p.ends(t)
	if code != want {
		t.Errorf("the exit code is %d and not %d:\n%s", code, want, screen)
	}
	return screen
}

// shown is every byte that was ever written to the terminal.
func (p *pane) shown(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(p.log)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(data)
}

// written is every byte that the last command has written to the terminal.
func (p *pane) written(t *testing.T) string {
	t.Helper()
	return p.shown(t)[p.seen:]
}
