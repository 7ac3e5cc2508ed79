package keyring

import "path/filepath"

// platformStateDir is the user's application data that does not roam: the credential manager's entries do not either.
// HOME is not asked: it is no variable of Windows', and a shell from elsewhere may have one of its own.
func platformStateDir(getenv func(string) string) (string, error) {
	if local := getenv("LOCALAPPDATA"); filepath.IsAbs(local) {
		return filepath.Join(local, appName), nil
	}
	home, err := homeDir(getenv, "USERPROFILE")
	if err != nil {
		return "", err
	}
	return filepath.Join(home, "AppData", "Local", appName), nil
}
