//go:build !unix

package subprocess

import "os/exec"

// endAsGroup has nothing to do: os/exec ends the helper itself, and there are no process groups to end.
func endAsGroup(*exec.Cmd) {}
