package editfile

import (
	"bytes"
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

var errNoExchange = errors.New("files cannot be exchanged here")

// exchange lets temp and the file trade places in one step, and looks at what was in the file's place. Where that is
// not what it should be they trade places again at once: it returns errCameBetween, or why what stands there now cannot
// be read.
func (p place) exchange(temp string, standing []byte) error {
	dir, err := p.dir.Open(".")
	if err != nil {
		return err
	}
	defer func() { _ = dir.Close() }()
	ours, err := p.dir.Open(temp) // as long as it is open, no other file gets its number
	if errors.Is(err, fs.ErrNotExist) {
		return errCameBetween // a run that found no lock has taken it for a leftover
	}
	if err != nil {
		return err
	}
	defer func() { _ = ours.Close() }()
	written, err := ours.Stat()
	if err != nil {
		return err
	}
	swap := func() error {
		return unix.Renameat2(int(dir.Fd()), temp, int(dir.Fd()), p.name, unix.RENAME_EXCHANGE)
	}
	switch err := swap(); {
	case errors.Is(err, unix.ENOENT):
		return errCameBetween // somebody has removed it
	case errors.Is(err, unix.EINVAL), errors.Is(err, unix.ENOSYS), errors.Is(err, unix.EPERM),
		errors.Is(err, unix.EOPNOTSUPP):
		return errNoExchange // the file system, the kernel, a container's seccomp
	case err != nil:
		return named(err)
	}
	info, err := p.dir.Lstat(temp)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // as above, after the fact
	}
	if err == nil {
		var displaced []byte
		if displaced, _, err = p.readAs(temp, info); err == nil {
			if bytes.Equal(displaced, standing) {
				return nil
			}
			err = errCameBetween
		}
	}
	return p.giveBack(temp, written, swap, err)
}

// giveBack lets what exchange has put into temp return to the file's place, and returns why. Where somebody has
// replaced the file while ours stood there, theirs is the latest and stays. That is all that can be lost: what one
// other program wrote between our last look and the exchange, if a second one reads and writes in the instant
// until this.
func (p place) giveBack(temp string, ours fs.FileInfo, swap func() error, why error) error {
	for range tries {
		theirs, err := p.dir.Lstat(temp)
		if err != nil {
			return why
		}
		switch err := swap(); {
		case errors.Is(err, unix.ENOENT):
			return why // somebody has removed the file, and meant what is in temp
		case err != nil:
			return p.rename(temp) // not as good, but it is nobody's whom we could ask
		}
		out, err := p.dir.Lstat(temp)
		if err != nil || os.SameFile(out, ours) {
			return why
		}
		ours = theirs
	}
	return why
}
