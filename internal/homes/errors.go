package homes

import "errors"

// OfRootError means that root itself has left something where the user's own should be, as a docker login by sudo does.
type OfRootError struct {
	Name string // below the directory: ".docker", or ".docker/config.json"
}

// Error implements error.
func (e *OfRootError) Error() string { return "it is root's and not that user's, as sudo leaves it" }

// Why a file is not read. The system's own errors come wrapped, fs.ErrNotExist among them.
var (
	ErrForeign    = errors.New("it is not that user's own: another owner, or a symbolic link is in the way")
	ErrNotRegular = errors.New("it is not a regular file")
	ErrTooLarge   = errors.New("it is too large to be a config file")
	ErrBadName    = errors.New("it is no name of a file below the directory")
	ErrNotHere    = errors.New("other users' homes are not looked into on this system")
)
