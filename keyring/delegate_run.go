package keyring

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/docker/docker-credential-helpers/client"
)

// waitDelay is how long the pipes of a helper that has ended are still read: it may have left a child that holds them.
const waitDelay = 100 * time.Millisecond

// command runs the helper so that it ends with ctx, with all that it has started. Its stderr is kept away from ours,
// where Docker's user would take it for this helper's word.
//
// gpg, which docker-credential-pass runs, is told to ask nobody for a passphrase: gpg-agent would leave its question on
// the terminal, where it takes what is typed, long after the helper was given up on. And it shall say in English what
// keeps it from going on (see sayings).
func (v *helperVault) command(ctx context.Context) client.ProgramFunc {
	return func(args ...string) client.Program {
		cmd := exec.CommandContext(ctx, v.program(), args...) //nolint:gosec // NAME is a plain word, see checkHelperName
		cmd.WaitDelay = waitDelay
		cmd.Env = append(cmd.Environ(), // of two entries the last counts
			"PASSWORD_STORE_GPG_OPTS="+os.Getenv("PASSWORD_STORE_GPG_OPTS")+" --pinentry-mode=error", "LANGUAGE=C")
		endAsGroup(cmd)
		return &helperCommand{cmd}
	}
}

type helperCommand struct{ *exec.Cmd }

// Input implements client.Program.
func (c *helperCommand) Input(in io.Reader) { c.Stdin = in }

// Output implements client.Program. A helper that has ended well has answered, even if a child of it, an agent it has
// started, still holds the pipe.
func (c *helperCommand) Output() ([]byte, error) {
	out, err := c.Cmd.Output()
	if errors.Is(err, exec.ErrWaitDelay) && c.ProcessState != nil && c.ProcessState.Success() {
		err = nil
	}
	return out, err
}
