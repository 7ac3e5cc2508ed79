package homes

import "errors"

// Why a file is not read. The system's own errors come wrapped, fs.ErrNotExist among them.
var (
	ErrForeign    = errors.New("it is not that user's own: another owner, or a symbolic link is in the way")
	ErrNotRegular = errors.New("it is not a regular file")
	ErrTooLarge   = errors.New("it is too large to be a config file")
	ErrBadName    = errors.New("it is no name of a file below the directory")
	ErrNotHere    = errors.New("other users' homes are not looked into on this system")
)
