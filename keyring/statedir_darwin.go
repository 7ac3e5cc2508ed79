package keyring

import "path/filepath"

// platformStateDir is where Apple's File System Programming Guide wants an application's own files.
func platformStateDir(getenv func(string) string) (string, error) {
	home, err := homeDir(getenv, "HOME")
	if err != nil {
		return "", err
	}
	return filepath.Join(home, "Library", "Application Support", appName), nil
}
