package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

const warmUp = 10 // runs that do not count

type benchmark struct {
	runs      int
	temp, bin string
}

// program is one of two that are compared: a command line, and the file that is its standard input.
type program struct {
	path  string
	args  []string
	env   []string
	stdin string
}

// compare runs a and b in turn and returns the median time of each.
func (b *benchmark) compare(ctx context.Context, a, other program) (of, ofOther time.Duration, err error) {
	times := make([][]time.Duration, 2)
	for i := range warmUp + b.runs {
		for k, p := range []program{a, other} {
			took, err := p.once(ctx)
			if err != nil {
				return 0, 0, err
			}
			if i >= warmUp {
				times[k] = append(times[k], took)
			}
		}
	}
	return median(times[0]), median(times[1]), nil
}

// once starts the program and waits for its end. Its output goes nowhere, so that no pipe and no goroutine of this
// process has a part in the time.
func (p program) once(ctx context.Context) (time.Duration, error) {
	in, err := os.Open(p.stdin)
	if err != nil {
		return 0, err
	}
	defer func() { _ = in.Close() }()
	cmd := exec.CommandContext(ctx, p.path, p.args...)
	cmd.Env, cmd.Stdin = p.env, in
	start := time.Now()
	err = cmd.Run()
	took := time.Since(start)
	if err != nil {
		return 0, fmt.Errorf("%s %v: %w", filepath.Base(p.path), p.args, err)
	}
	return took, nil
}

// answers makes sure that the program prints text, before it is measured how fast it does.
func (p program) answers(ctx context.Context, text string) error {
	in, err := os.ReadFile(p.stdin)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, p.path, p.args...)
	cmd.Env = p.env
	got, err := kit.Run(cmd, string(in))
	if err != nil {
		return err
	}
	if got.Code != 0 || !strings.Contains(got.Stdout, text) {
		return fmt.Errorf("%s %v does not answer: exit code %d, %s%s",
			filepath.Base(p.path), p.args, got.Code, got.Stdout, got.Stderr)
	}
	return nil
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return (times[(len(times)-1)/2] + times[len(times)/2]) / 2
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond)) }
