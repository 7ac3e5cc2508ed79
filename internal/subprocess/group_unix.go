//go:build unix

package subprocess

import (
	"os/exec"
	"syscall"
)

// endAsGroup makes the end of the context the end of the helper and of every process in its group.
func endAsGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
