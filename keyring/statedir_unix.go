//go:build !windows && !darwin

package keyring

import "path/filepath"

// platformStateDir follows the XDG Base Directory Specification 0.8: a relative XDG_STATE_HOME is ignored.
func platformStateDir(getenv func(string) string) (string, error) {
	if state := getenv("XDG_STATE_HOME"); filepath.IsAbs(state) {
		return filepath.Join(state, appName), nil
	}
	home, err := homeDir(getenv, "HOME")
	if err != nil {
		return "", err
	}
	return filepath.Join(home, ".local", "state", appName), nil
}
