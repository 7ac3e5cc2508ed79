// Package editfile changes a file that other programs change too, without losing a byte of anybody's.
//
// The file is replaced in one step by a whole new one beside it, with the old one's mode and owner, through a symbolic
// link: whatever moment the machine stops at, what is found is the old content or the new. Runs of this program wait
// for each other. Docker waits for nobody, so where the system can exchange two files (Linux) it is looked afterwards
// at what was replaced: if that is not what the change was made of, it goes back at once, and the change is made again,
// of that.
//
// Root may be asked to change a file in another user's home. Then no symbolic link of that user's is followed, and the
// file system sees that user and not root (see strict_unix.go).
package editfile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// MaxSize is how large a file may be, in bytes.
const MaxSize = 32 << 20

// Why a file is left alone. Errors of the system come wrapped in an *Error as they are.
var (
	ErrNotRegular = errors.New("it is not a regular file")
	ErrTooLarge   = fmt.Errorf("it is larger than %d bytes", MaxSize)
	ErrOwner      = errors.New("it belongs to another user, or to a group that you are not in")
	ErrForeign    = errors.New("it is not that user's own all the way: owners differ, or a symbolic link is in the way")
	ErrMounted    = errors.New("it is mounted by itself, so it cannot be replaced; mount its directory instead")
	ErrRestless   = errors.New("other programs keep changing it")
	ErrNotHere    = errors.New("changing another user's file is not supported on this system")
)

// Error says which file could not be read or changed.
type Error struct {
	Path    string
	Writing bool // it could be read
	Err     error
}

// Error implements error.
func (e *Error) Error() string {
	verb := "read"
	if e.Writing {
		verb = "changed"
	}
	return fmt.Sprintf("%s cannot be %s: %v", e.Path, verb, e.Err)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// File is the name of a file, and how to get there.
type File struct {
	Path string
	// Strict is for a path that somebody else may have laid: root then follows no link of another user's, and acts as
	// the one that the file belongs to.
	Strict bool
	// Mode is that of a file which does not exist yet; 0 means 0600.
	Mode fs.FileMode
}

// Read returns the content of the file, and nil for one that does not exist.
func (f File) Read() ([]byte, error) {
	content, _, err := f.ReadOwned()
	return content, err
}

// ReadOwned is Read, and says whether it is another user's file: that which was read, whatever has that name now. One
// that does not exist is whose it would be.
func (f File) ReadOwned() (content []byte, theirs bool, err error) {
	content, info, err := f.readBy(place.readSettled)
	if err != nil || info != nil {
		return content, info != nil && isTheirs(info), err
	}
	uid, foreign, err := f.Owner()
	return nil, foreign || isAnother(uid), err
}

// readBy reads the file in a way that place has; without a file, or a directory for it, all is nil.
func (f File) readBy(way func(place) ([]byte, fs.FileInfo, error)) (content []byte, info fs.FileInfo, err error) {
	err = f.at(func(p place) error {
		content, info, err = way(p)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, &Error{Path: f.Path, Err: bare(err)}
	}
	return content, info, nil
}

// InAnothers reports whether root would find somebody else's things on the way to the file, through links: a directory,
// a link, or the file itself. Then what it finds there is what that user wants it to find. For who is not root it is
// false, and for a root that has no right to act as others.
func (f File) InAnothers() bool { return privileged() && inAnothers(f.Path) }

// Owner returns the id of the user that the file belongs to, or the directory that it, or what is missing above it,
// would be made in, and whether that is another user than root, who asks.
func (f File) Owner() (uid int, foreign bool, err error) {
	path, err := f.path()
	for err == nil {
		err = File{Path: path, Strict: f.Strict}.at(func(p place) error {
			uid, foreign = p.owner, p.foreign
			return nil
		})
		if !errors.Is(err, fs.ErrNotExist) {
			break
		}
		path, err = filepath.Dir(path), nil
	}
	if err != nil {
		return 0, false, &Error{Path: f.Path, Err: bare(err)}
	}
	return uid, foreign, nil
}

// Edit replaces the content of the file by what change makes of it. For a file that does not exist, change gets nil.
// Where change returns what it was given, nothing is written. Its errors are returned as they are, and then the file
// stays as it is.
//
// Change may be called more than once, and what it returned last has been written. Others may be waiting for it, and it
// may see the file system as another user does: it should look at nothing but its argument.
func (f File) Edit(ctx context.Context, change func(content []byte) ([]byte, error)) error {
	content, _, err := f.readBy(place.read) // who finds it empty here looks again, with patience, when it is locked
	if err != nil {
		return err
	}
	changed, err := change(bytes.Clone(content))
	if err != nil {
		return err
	}
	if bytes.Equal(changed, content) {
		f.Tidy(ctx)
		return nil
	}
	var changeErr error
	err = f.making(func(p place) error {
		unlock, held := p.lock(ctx)
		defer unlock()
		if err := ctx.Err(); err != nil {
			return err
		}
		if held {
			p.clean()
		}
		return p.replace(func(content []byte) (changed []byte, err error) {
			changed, changeErr = change(content)
			return changed, changeErr
		})
	})
	if changeErr != nil {
		return changeErr
	}
	if err != nil {
		return &Error{Path: f.Path, Writing: true, Err: bare(err)}
	}
	return nil
}

// bare drops the operation and the path that package os puts before an error: the message names the file already.
func bare(err error) error {
	var pathErr *fs.PathError
	var linkErr *os.LinkError
	switch {
	case errors.As(err, &pathErr):
		return pathErr.Err
	case errors.As(err, &linkErr):
		return linkErr.Err
	}
	return err
}
