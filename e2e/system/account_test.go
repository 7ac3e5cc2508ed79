package system

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// account is somebody on the machine: a home with Docker's config in it, and an environment.
type account struct {
	*kit.Home

	mark string // an environment entry that all its processes have

	// For one on a machine of its own (doctor_machine_test.go):
	enter  []string // comes before each of its commands
	inside string   // where its programs see its home
	uid    int
}

// helperConfig is the config.json that users write, as Docker's own CLI would lay it out.
func helperConfig() string {
	return "{\n\t\"auths\": {},\n\t\"credHelpers\": {\n\t\t\"" + lab.registry + "\": \"gitlabjob\"\n\t}\n}"
}

// newAccount returns an account whose Docker asks the helper for the private registry. It has no session: no bus, no
// display. Once the test is over none of its processes may be left.
func newAccount(t *testing.T) *account {
	t.Helper()
	dir := newDir(t, lab.dir)
	home, err := kit.NewHome(dir, lab.bin)
	if err != nil {
		t.Fatal(err)
	}
	a := &account{Home: home, mark: "E2E_ACCOUNT=" + dir}
	for _, name := range []string{"run", "tmp"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for name, value := range map[string]string{
		"E2E_ACCOUNT": dir, "HELPER": lab.helper, "HELPER_CALLS": a.callsPath(),
		"DOCKER_HOST":     lab.engine.address(),
		"XDG_RUNTIME_DIR": filepath.Join(dir, "run"), "TMPDIR": filepath.Join(dir, "tmp"),
	} {
		a.Set(name, value)
	}
	a.configure(t, helperConfig())
	a.leavesNothingBehind(t)
	return a
}

// leavesNothingBehind fails the test when a process of the account's has outlived it.
func (a *account) leavesNothingBehind(t *testing.T) {
	t.Helper()
	t.Cleanup(func() {
		for pid, line := range a.leftBehind(t) {
			t.Errorf("process %d is left behind: %s", pid, line)
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	})
}

func (a *account) configure(t *testing.T, text string) {
	t.Helper()
	if err := a.WriteConfig(text); err != nil {
		t.Fatal(err)
	}
}

// config returns Docker's config file.
func (a *account) config(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(a.ConfigPath())
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func (a *account) callsPath() string { return filepath.Join(a.Dir, "helper-calls") }

// asked reports whether any client has called the helper with verb.
func (a *account) asked(t *testing.T, verb string) bool {
	t.Helper()
	calls, err := os.ReadFile(a.callsPath())
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return slices.Contains(strings.Split(string(calls), "\n"), verb)
}

// leftBehind returns the account's processes that do not end by themselves. It waits for those that are about to.
func (a *account) leftBehind(t *testing.T) map[int]string {
	t.Helper()
	const soon = 2 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), soon)
	defer cancel()
	var left map[int]string
	err := poll(ctx, func() (gone bool, err error) {
		left, err = marked(a.mark)
		return len(left) == 0, err
	})
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	return left
}

// outcome is what became of one command.
type outcome struct {
	args           []string
	stdout, stderr string
	code           int
	took           time.Duration
}

// run runs a program as the account's, and records all that it said.
func (a *account) run(t *testing.T, stdin, name string, args ...string) outcome {
	t.Helper()
	o, err := a.attempt(t.Context(), stdin, name, args...)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// attempt is run for any goroutine: its error is that of a program that could not be run at all.
func (a *account) attempt(ctx context.Context, stdin, name string, args ...string) (outcome, error) {
	const limit = time.Minute
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	words := slices.Concat(a.enter, []string{name}, args)
	cmd := a.Command(ctx, words[0], words[1:]...)
	var stdout, stderr strings.Builder
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &stdout, &stderr
	cmd.WaitDelay = time.Second // a daemon that it leaves behind would hold its output open for ever
	start := time.Now()
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return outcome{}, fmt.Errorf("%s %q: %w\n%s", name, args, err, stderr.String())
	}
	o := outcome{
		args: cmd.Args[len(a.enter):], stdout: stdout.String(), stderr: stderr.String(),
		code: cmd.ProcessState.ExitCode(), took: time.Since(start),
	}
	lab.remember(o)
	return o, nil
}

// helper calls the helper as Docker does.
func (a *account) helper(t *testing.T, verb, stdin string) outcome {
	t.Helper()
	return a.run(t, stdin, kit.Program, verb)
}

// said is all that a person at a terminal would have seen.
func (o outcome) said() string { return o.stdout + o.stderr }

func (o outcome) String() string {
	return fmt.Sprintf("%q: exit code %d\nstdout: %s\nstderr: %s", o.args, o.code, o.stdout, o.stderr)
}

// succeeds fails the test when the command failed.
func (o outcome) succeeds(t *testing.T) outcome {
	t.Helper()
	if o.code != 0 {
		t.Fatal(o)
	}
	return o
}

// fails fails the test when the command succeeded, or did not show each of the texts.
func (o outcome) fails(t *testing.T, showing ...string) outcome {
	t.Helper()
	if o.code == 0 {
		t.Fatalf("it succeeded: %v", o)
	}
	return o.says(t, showing...)
}

// says fails the test when the command did not show each of the texts.
func (o outcome) says(t *testing.T, texts ...string) outcome {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(o.said(), text) {
			t.Errorf("%q is not shown: %v", text, o)
		}
	}
	return o
}
