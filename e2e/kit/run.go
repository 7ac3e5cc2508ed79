package kit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// Result is how a command ended.
type Result struct {
	Stdout, Stderr string
	Code           int // -1: a signal ended it
}

// Command prepares a program of the home's user; name is looked up on the home's PATH.
func (h *Home) Command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, h.lookPath(name), args...)
	cmd.Env, cmd.Dir = h.Env(), h.Dir
	return cmd
}

// Run runs a program of the home's user with stdin as its standard input. A program that fails is no error.
func (h *Home) Run(ctx context.Context, stdin, name string, args ...string) (Result, error) {
	return Run(h.Command(ctx, name, args...), stdin)
}

// Run runs cmd with stdin as its standard input, to its end. A program that fails is no error; one that cannot be
// started, or whose context ends before it does, is.
func Run(cmd *exec.Cmd, stdin string) (Result, error) {
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &stdout, &stderr
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return Result{}, fmt.Errorf("%s: %w", filepath.Base(cmd.Path), err)
	}
	return Result{Stdout: stdout.String(), Stderr: stderr.String(), Code: cmd.ProcessState.ExitCode()}, nil
}

// lookPath finds name on the home's PATH, which exec.LookPath does not know. What is not there stays as it is, for
// os/exec to complain about.
func (h *Home) lookPath(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	if runtime.GOOS == "windows" && filepath.Ext(name) == "" {
		name += ".exe"
	}
	for _, dir := range filepath.SplitList(h.env["PATH"]) {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			return path
		}
	}
	return name
}
