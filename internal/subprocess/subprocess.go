// Package subprocess runs programs of other people's, which may hang, and may leave children behind that hold their
// pipes: a credential helper is a script as often as not, and starts an agent.
package subprocess

import (
	"context"
	"errors"
	"os/exec"
	"time"
)

// WaitDelay is how long the pipes of a program that has ended are still read.
const WaitDelay = 100 * time.Millisecond

// Command is a program that ends with ctx, with all that it has started. Its stderr is nobody's.
func Command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...) //nolint:gosec // who calls this has looked at the name
	cmd.WaitDelay = WaitDelay
	endAsGroup(cmd)
	return cmd
}

// Output runs the program and returns what it has printed. One that has ended well has answered, even if a child of it
// still holds the pipe.
func Output(cmd *exec.Cmd) ([]byte, error) {
	out, err := cmd.Output()
	if errors.Is(err, exec.ErrWaitDelay) && cmd.ProcessState != nil && cmd.ProcessState.Success() {
		err = nil
	}
	return out, err
}
