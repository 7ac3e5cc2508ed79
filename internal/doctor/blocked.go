package doctor

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// blockedError means that who asks may not read a file of the own, and where that is denied.
type blockedError struct {
	at  string // the file, or the first directory above it that cannot be searched
	err error
}

// Error implements error.
func (e *blockedError) Error() string { return e.err.Error() }

// Unwrap returns the system's error.
func (e *blockedError) Unwrap() error { return e.err }

// blocked finds where a permission is missing that reading a file has failed for.
func blocked(path string, err error) error {
	if !errors.Is(err, fs.ErrPermission) {
		return err
	}
	at := path
	for dir := filepath.Dir(path); dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Lstat(at); errors.Is(err, fs.ErrPermission) {
			at = dir
		}
	}
	return &blockedError{at: at, err: err}
}

// unblock is the command that lets a user read what is the user's own, or what is the system's.
func (u User) unblock(at string) string {
	if below, err := filepath.Rel(u.home, at); err == nil && filepath.IsLocal(below) {
		return "sudo chown -R " + Quoted(u.Name) + " " + Quoted(at) + " && chmod -R u+rwX " + Quoted(at)
	}
	return "sudo chmod a+X " + Quoted(at)
}
