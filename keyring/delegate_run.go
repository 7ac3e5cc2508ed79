package keyring

import (
	"context"
	"io"
	"os"
	"os/exec"

	"github.com/docker/docker-credential-helpers/client"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/subprocess"
)

// command runs the helper so that it ends with ctx, with all that it has started. Its stderr is kept away from ours,
// where Docker's user would take it for this helper's word.
//
// gpg, which docker-credential-pass runs, is told to ask nobody for a passphrase: gpg-agent would leave its question on
// the terminal, where it takes what is typed, long after the helper was given up on. And it shall say in English what
// keeps it from going on (see sayings).
func (v *helperVault) command(ctx context.Context) client.ProgramFunc {
	return func(args ...string) client.Program {
		cmd := subprocess.Command(ctx, v.program(), args...) // NAME is a plain word, see checkHelperName
		cmd.Env = append(cmd.Environ(),                      // of two entries the last counts
			"PASSWORD_STORE_GPG_OPTS="+os.Getenv("PASSWORD_STORE_GPG_OPTS")+" --pinentry-mode=error", "LANGUAGE=C")
		return &helperCommand{cmd}
	}
}

type helperCommand struct{ *exec.Cmd }

// Input implements client.Program.
func (c *helperCommand) Input(in io.Reader) { c.Stdin = in }

// Output implements client.Program.
func (c *helperCommand) Output() ([]byte, error) { return subprocess.Output(c.Cmd) }
