//go:build unix

package gitlabrunner

import (
	"errors"
	"os"
	"os/exec"
	"testing"
)

// Root runs no gitlab-runner that somebody else has put on its PATH.
func TestAskVersionOfAnothers(t *testing.T) {
	if os.Geteuid() != 0 {
		return
	}
	runnerOnPath(t, "echo 'Version: 18.2.0'")
	path, err := exec.LookPath("gitlab-runner")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(path, 54321, 54321); err != nil {
		t.Fatal(err)
	}
	if v, err := AskVersion(t.Context()); !errors.Is(err, ErrNotRun) {
		t.Errorf("AskVersion = %v, %v", v, err)
	}
}
