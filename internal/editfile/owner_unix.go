//go:build unix

package editfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/steps"
)

const nonblock = unix.O_NONBLOCK // opening a FIFO waits for nobody

// errPowerless means that root may not act as another user.
var errPowerless = errors.New("root has no right here to act as the user that it belongs to")

func privileged() bool { return os.Geteuid() == 0 }

func ownerOf(info fs.FileInfo) (uid, gid int) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return -1, -1
	}
	return int(stat.Uid), int(stat.Gid)
}

// resemble gives out the owner of the file that it shall take the place of, what is noted at that, and in the end who
// else may read it. That is asked of the file once more: it may have been taken from somebody meanwhile.
func (p place) resemble(out *os.File, standing fs.FileInfo) error {
	like, err := p.dir.OpenFile(p.name, os.O_RDONLY|nonblock, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return errCameBetween
	}
	if err != nil {
		return err
	}
	defer func() { _ = like.Close() }()
	info, err := like.Stat()
	if err != nil {
		return err
	}
	if !os.SameFile(info, standing) {
		return errCameBetween
	}
	if err := chown(out, info); err != nil {
		return err
	}
	copyAttributes(out, like)
	return allow(out, like, info)
}

func chown(out *os.File, like fs.FileInfo) error {
	mine, err := out.Stat()
	if err != nil {
		return err
	}
	uid, gid := ownerOf(like)
	if myUID, myGID := ownerOf(mine); uid == myUID && gid == myGID {
		return nil
	}
	// An id that this user namespace does not know is an invalid argument.
	err = out.Chown(uid, gid)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, unix.EINVAL) {
		return ErrOwner
	}
	return err
}

// isTheirs reports whether the file of which info was asked is another user's.
func isTheirs(info fs.FileInfo) bool {
	uid, _ := ownerOf(info)
	return isAnother(uid)
}

func isAnother(uid int) bool { return uid != os.Geteuid() }

// inAnothers looks for what is not root's on the way to a file, as far as there is a way. Root of a container without
// capabilities, or of a user namespace, can only do as what it is: to it, all that it may touch is its own.
func inAnothers(path string) bool {
	for s, err := range steps.To(path) {
		if err != nil && s.Info == nil {
			return false
		}
		if uid, gid := ownerOf(s.Info); uid != 0 && s.Path != "/" { // whose "/" it is, has the machine
			return !errors.Is(as(uid, gid, func() error { return nil }), errPowerless)
		}
	}
	return false
}

// mayRead reports whether the file belongs to the user that this process acts as, where that is not its own.
func (p place) mayRead(info fs.FileInfo) bool {
	uid, _ := ownerOf(info)
	return !p.foreign || uid == p.owner
}

// named gives the error of a rename a name that helps.
func named(err error) error {
	if errors.Is(err, unix.EBUSY) {
		return ErrMounted
	}
	return err
}

// makeDir makes dir, and what is missing above it, as the owner of what is there.
func makeDir(dir string, mode fs.FileMode) error {
	there := filepath.Clean(dir)
	info, err := os.Stat(dir)
	for errors.Is(err, fs.ErrNotExist) && there != filepath.Dir(there) {
		there = filepath.Dir(there)
		info, err = os.Stat(there)
	}
	if err != nil || there == filepath.Clean(dir) {
		return err
	}
	making := func() error { return os.MkdirAll(dir, mode) }
	if uid, gid := ownerOf(info); privileged() && uid != 0 {
		if err := as(uid, gid, making); !errors.Is(err, errPowerless) {
			return err
		}
	}
	return making()
}

// enterAsOwner calls do as the user that the file belongs to, or the directory where there is no file yet: root that
// works in somebody's home leaves no file there that its owner cannot read.
func enterAsOwner(p place, do func(place) error) error {
	dir, err := p.dir.Stat(".")
	if err != nil {
		return err
	}
	info, err := p.dir.Lstat(p.name)
	if errors.Is(err, fs.ErrNotExist) {
		info, err = dir, nil
	}
	if err != nil {
		return err
	}
	p.owner, _ = ownerOf(info)
	p.foreign = privileged() && p.owner != 0
	if err := p.actFor(info, dir, do); !errors.Is(err, errPowerless) {
		return err
	}
	// Root of a container without capabilities, or of a user namespace: what it may not do here, it cannot.
	p.foreign = false
	return do(p)
}

// actFor calls do as the owner of info, where that is not root and dir is not root's alone: there nobody else can lay
// anything, and nobody else may write.
func (p place) actFor(info, dir fs.FileInfo, do func(place) error) error {
	if !p.foreign || rootsAlone(dir) {
		return do(p)
	}
	uid, gid := ownerOf(info)
	return as(uid, gid, func() error { return do(p) })
}

// rootsAlone reports whether nobody but root can put anything into the directory.
func rootsAlone(dir fs.FileInfo) bool {
	const others = 0o022
	owner, _ := ownerOf(dir)
	return owner == 0 && dir.Mode().Perm()&others == 0
}
