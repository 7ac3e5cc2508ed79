package inuse

import (
	"errors"

	"golang.org/x/sys/windows"
)

// is reports whether err may mean that a file is in use. "Access denied" is what Windows says of one that is to be
// replaced, or is about to go; it may also mean that the user has no right to it, which then is said a second later.
func is(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_ACCESS_DENIED)
}
