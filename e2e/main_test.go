// Package e2e tests the program as it is built, from outside: as a script would call it, and as the libraries of
// Docker's and other clients do. It needs nothing but Go: GitLab, the registry and the keyring are stand-ins on this
// machine (package kit). What needs the real ones is in package system.
//
// The scripts and the program lie outside of this module, where go test's cache does not look: run it with -count=1.
package e2e

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// bin is the directory with the programs under test.
var bin string

func TestMain(m *testing.M) {
	code, err := buildAndRun(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func buildAndRun(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "gitlabjob-e2e-")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	bin = filepath.Join(dir, "bin")
	if err := kit.Build(context.Background(), bin); err != nil {
		return 0, err
	}
	if err := forgetUser(filepath.Join(dir, "home")); err != nil {
		return 0, err
	}
	// Most of a test's time is spent waiting, for processes and for deadlines. A -parallel on the command line wins.
	if err := flag.Set("test.parallel", "4"); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

// forgetUser takes everything out of this process's environment by which a test could read, or change, what belongs to
// the user who runs it.
func forgetUser(home string) error {
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		for _, prefix := range []string{"CI_", "DBUS_", "DOCKER_", "GITLABJOB_", "REGISTRY_AUTH_", "TESTVAULT_", "XDG_"} {
			if strings.HasPrefix(name, prefix) {
				if err := os.Unsetenv(name); err != nil {
					return err
				}
			}
		}
	}
	for _, name := range []string{"HOME", "USERPROFILE", "LOCALAPPDATA"} {
		if err := os.Setenv(name, home); err != nil {
			return err
		}
	}
	return os.MkdirAll(home, 0o700)
}
