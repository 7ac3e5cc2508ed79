// Package subprocess runs programs of other people's, which may hang, may leave children behind that hold their pipes,
// and may print without end: a credential helper is a script as often as not, and starts an agent.
package subprocess

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"time"
)

// WaitDelay is how long the pipes of a program that has ended are still read.
const WaitDelay = 100 * time.Millisecond

// MaxOutput is how much a program may print, in bytes. A helper that lists a thousand logins prints a tenth of it.
const MaxOutput = 1 << 20

// ErrTooMuch means that a program has printed more than MaxOutput.
var ErrTooMuch = errors.New("it prints more than 1 MiB")

// Command is a program that ends with ctx, with all that it has started. Its stderr is nobody's.
func Command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...) //nolint:gosec // who calls this has looked at the name
	cmd.WaitDelay = WaitDelay
	endAsGroup(cmd)
	return cmd
}

// Output runs the program and returns what it has printed. One that has ended well has answered, even if a child of it
// still holds the pipe. One that prints more than MaxOutput has not: its pipe is closed, and the error is ErrTooMuch.
func Output(cmd *exec.Cmd) ([]byte, error) {
	var out bounded
	cmd.Stdout = &out
	err := cmd.Run()
	switch {
	case out.over:
		return nil, ErrTooMuch
	case errors.Is(err, exec.ErrWaitDelay) && cmd.ProcessState != nil && cmd.ProcessState.Success():
		err = nil
	}
	return out.text.Bytes(), err
}

// bounded takes in MaxOutput bytes.
type bounded struct {
	text bytes.Buffer
	over bool
}

// Write implements io.Writer.
func (b *bounded) Write(more []byte) (int, error) {
	if b.over = b.over || b.text.Len()+len(more) > MaxOutput; b.over {
		return 0, ErrTooMuch
	}
	return b.text.Write(more)
}
