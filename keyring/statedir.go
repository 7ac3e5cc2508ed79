package keyring

import (
	"errors"
	"fmt"
	"os/user"
	"path/filepath"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

const appName = "docker-credential-gitlabjob"

// stateDir is where the catalogue lives: GITLABJOB_STATE_DIR, else the platform's place for state that is neither
// configuration nor cache.
func stateDir(getenv func(string) string) (string, error) {
	if dir := getenv("GITLABJOB_STATE_DIR"); dir != "" {
		if !filepath.IsAbs(dir) {
			// Docker starts its helper in whatever directory the user stands in.
			return "", &credentials.BadVariableError{
				Name: "GITLABJOB_STATE_DIR", Err: fmt.Errorf("%q is not an absolute path", dir),
			}
		}
		return dir, nil
	}
	return platformStateDir(getenv)
}

// ErrNoHome means that there is no place for a catalogue, and so that none can be there.
var ErrNoHome = errors.New("HOME is not set, and the account has no home")

// homeDir returns what variable says, or the account's home where a service or cron job runs without it.
func homeDir(getenv func(string) string, variable string) (string, error) {
	if home := getenv(variable); filepath.IsAbs(home) {
		return home, nil
	}
	account, err := user.Current()
	if err != nil || !filepath.IsAbs(account.HomeDir) {
		return "", ErrNoHome
	}
	return account.HomeDir, nil
}
