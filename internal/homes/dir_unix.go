//go:build unix

package homes

import (
	"errors"
	"io/fs"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Dir is a directory of one account's, held open.
type Dir struct {
	fd  int
	uid uint32
}

// Flags of every open: nothing waits for the other end of a FIFO, no link is followed, no terminal becomes ours.
const (
	careful = unix.O_RDONLY | unix.O_NOFOLLOW | unix.O_NONBLOCK | unix.O_CLOEXEC | unix.O_NOCTTY
	asDir   = careful | unix.O_DIRECTORY
)

// Open opens a.Dir, which must be a directory that belongs to the account, or to root and is for nobody else to write:
// such are homes of accounts that are locked in. Links above it are followed, since only root
// can have laid those, and so is one in its place that is root's. Its errors are ErrForeign and the system's;
// errors.Is(err, fs.ErrNotExist) where there is none.
func Open(a Account) (*Dir, error) {
	fd, err := open(unix.AT_FDCWD, a.Dir, asDir)
	if errors.Is(err, ErrForeign) && rootsLink(a.Dir) {
		fd, err = open(unix.AT_FDCWD, a.Dir, asDir&^unix.O_NOFOLLOW)
	}
	if err != nil {
		return nil, err
	}
	d := &Dir{fd: fd, uid: uint32(a.UID)}
	var stat unix.Stat_t
	err = unix.Fstat(fd, &stat)
	if err != nil || stat.Uid != d.uid && !lockedIn(stat) {
		_ = d.Close()
		return nil, errors.Join(err, ErrForeign)
	}
	return d, nil
}

// rootsLink reports whether there is a symbolic link that root has laid.
func rootsLink(path string) bool {
	var stat unix.Stat_t
	return unix.Lstat(path, &stat) == nil && stat.Mode&unix.S_IFMT == unix.S_IFLNK && stat.Uid == 0
}

// Close lets go of the directory.
func (d *Dir) Close() error { return unix.Close(d.fd) }

// Read returns the content of a file below the directory, as ".docker/config.json", of at most so many bytes. Its
// errors are those of this package, and the system's.
func (d *Dir) Read(name string, most int64) ([]byte, error) {
	fd, err := d.walk(name, careful)
	if err != nil {
		return nil, err
	}
	defer func() { _ = unix.Close(fd) }()
	var stat unix.Stat_t
	switch err := unix.Fstat(fd, &stat); {
	case err != nil:
		return nil, err
	case stat.Mode&unix.S_IFMT != unix.S_IFREG:
		return nil, ErrNotRegular
	case stat.Uid == 0 && d.uid != 0 && stat.Nlink == 1:
		return nil, &OfRootError{Name: name}
	case stat.Uid != d.uid: // a hard link to somebody else's file, for one
		return nil, ErrForeign
	case stat.Size > most:
		return nil, ErrTooLarge
	}
	content := make([]byte, stat.Size+1)
	read := 0
	for {
		n, err := ignoringSignals(func() (int, error) { return unix.Read(fd, content[read:]) })
		if err != nil {
			return nil, err
		}
		if read += n; n == 0 {
			return content[:read], nil
		}
		if read == len(content) { // it grows while it is read
			if int64(read) > most {
				return nil, ErrTooLarge
			}
			content = append(content, make([]byte, len(content))...)
		}
	}
}

// walk opens what has that name, one directory after the other. A directory of root's on the way is walked through, to
// see whether there is anything behind it.
func (d *Dir) walk(name string, flags int) (fd int, err error) {
	if !fs.ValidPath(name) || name == "." {
		return -1, ErrBadName
	}
	at, rest := d.fd, name
	var ofRoot error
	for {
		first, below, more := strings.Cut(rest, "/")
		how := flags
		if more {
			how = asDir
		}
		fd, err = open(at, first, how)
		if at != d.fd {
			_ = unix.Close(at)
		}
		if err == nil && !more && ofRoot != nil {
			_ = unix.Close(fd)
			return -1, ofRoot
		}
		if err != nil || !more {
			return fd, err
		}
		var stat unix.Stat_t
		err = unix.Fstat(fd, &stat)
		if err != nil || stat.Uid != d.uid && !lockedIn(stat) {
			_ = unix.Close(fd)
			return -1, errors.Join(err, ErrForeign)
		}
		if stat.Uid != d.uid && ofRoot == nil {
			ofRoot = &OfRootError{Name: strings.TrimSuffix(name, "/"+below)}
		}
		at, rest = fd, below
	}
}

// lockedIn reports whether a directory is root's, and nobody else's to write.
func lockedIn(stat unix.Stat_t) bool {
	const othersWrite = unix.S_IWGRP | unix.S_IWOTH
	return stat.Uid == 0 && stat.Mode&othersWrite == 0
}

// open opens one name. What is a link is not the user's own.
func open(at int, name string, flags int) (int, error) {
	fd, err := ignoringSignals(func() (int, error) { return unix.Openat(at, name, flags, 0) })
	switch {
	case err == nil:
		return fd, nil
	case errors.Is(err, unix.ELOOP), errors.Is(err, unix.EMLINK):
		return -1, ErrForeign
	case errors.Is(err, unix.ENOTDIR):
		return -1, notDir(at, name)
	case errors.Is(err, unix.ENXIO), errors.Is(err, unix.EOPNOTSUPP):
		return -1, ErrNotRegular // a socket
	}
	return -1, err
}

// notDir says what stands in the way where a directory should be: a link, or something else, below which there is
// nothing.
func notDir(at int, name string) error {
	var stat unix.Stat_t
	err := unix.Fstatat(at, name, &stat, unix.AT_SYMLINK_NOFOLLOW)
	if err == nil && stat.Mode&unix.S_IFMT == unix.S_IFLNK {
		return ErrForeign
	}
	return fs.ErrNotExist
}

// ignoringSignals does something again that a signal has cut short.
func ignoringSignals(do func() (int, error)) (int, error) {
	for {
		n, err := do()
		if !errors.Is(err, unix.EINTR) {
			return n, err
		}
	}
}

func ownerOf(info fs.FileInfo) (uid, gid int, ok bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, false
	}
	return int(stat.Uid), int(stat.Gid), true
}
