package editfile

import (
	"errors"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// accessList is the extended attribute that a file's access control list is in (acl(5), Linux fs/posix_acl.c). With it
// the bits of the group are the list's mask, and say nothing of the group.
const accessList = "system.posix_acl_access"

// allow lets those at out who were allowed at like, of which info was asked. A list that cannot be had or set is none
// that could be done without: then the file is its owner's alone, since the mode by itself may allow more than both
// did. On the way nobody is allowed anything that they are not in the end.
func allow(out, like *os.File, info fs.FileInfo) error {
	mode := info.Mode() & (fs.ModePerm | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky)
	const others = 0o077
	list, err := attribute(like, accessList)
	if err == nil {
		// What the directory has for new files is not what the file had.
		err = unix.Fremovexattr(int(out.Fd()), accessList)
	}
	if absent(err) {
		err = nil
	}
	if err != nil || list != nil {
		mode &^= others
	}
	if chmodErr := out.Chmod(mode); chmodErr != nil || list == nil {
		return chmodErr
	}
	_ = unix.Fsetxattr(int(out.Fd()), accessList, list, 0) // it brings the bits of the others along
	return nil
}

// copyAttributes gives out what users have noted at like, and its label for SELinux, as far as that can be.
func copyAttributes(out, like *os.File) {
	size, err := unix.Flistxattr(int(like.Fd()), nil)
	if err != nil || size == 0 {
		return
	}
	names := make([]byte, size)
	if size, err = unix.Flistxattr(int(like.Fd()), names); err != nil {
		return // somebody is adding to them
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(names[:size]), "\x00"), "\x00") {
		if !strings.HasPrefix(name, "user.") && name != "security.selinux" {
			continue // the others are about access, the content, or the file system
		}
		if value, err := attribute(like, name); err == nil {
			_ = unix.Fsetxattr(int(out.Fd()), name, value, 0)
		}
	}
}

// attribute returns an extended attribute of the file, and nil for one that it has not.
func attribute(file *os.File, name string) ([]byte, error) {
	const largest = 64 << 10 // xattr(7)
	value := make([]byte, largest)
	size, err := unix.Fgetxattr(int(file.Fd()), name, value)
	if absent(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return value[:size], nil
}

// absent reports whether an error says that there is no such attribute, or are none on that file system.
func absent(err error) bool { return errors.Is(err, unix.ENODATA) || errors.Is(err, unix.EOPNOTSUPP) }
