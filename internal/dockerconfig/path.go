package dockerconfig

import (
	"errors"
	"os/user"
	"path/filepath"
	"runtime"
)

// ErrNoHome means that it is nowhere said where Docker's config file is.
var ErrNoHome = errors.New("neither DOCKER_CONFIG nor HOME is set, and the account has no home")

// Path returns where Docker's config file of this user is: $DOCKER_CONFIG/config.json, else .docker/config.json in the
// home directory, which is the account's where HOME is not set (docker/cli cli/config/config.go).
func Path(getenv func(string) string) (string, error) {
	if dir := getenv("DOCKER_CONFIG"); dir != "" {
		return filepath.Join(dir, "config.json"), nil
	}
	variable := "HOME"
	if runtime.GOOS == "windows" {
		variable = "USERPROFILE"
	}
	if home := getenv(variable); home != "" {
		return Home(home), nil
	}
	account, err := user.Current()
	if err != nil || account.HomeDir == "" {
		return "", ErrNoHome
	}
	return Home(account.HomeDir), nil
}

// Home returns where Docker's config file is in a home directory.
func Home(dir string) string { return filepath.Join(dir, ".docker", "config.json") }
