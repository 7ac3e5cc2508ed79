package editfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

const defaultList = "system.posix_acl_default" // what a directory has for new files

// entry is one of an access control list (Linux include/uapi/linux/posix_acl.h, posix_acl_xattr.h).
type entry struct {
	Tag, Perm uint16
	ID        uint32
}

// list is an access list as the kernel takes it: for the owner all, for alice reading, for the group nothing.
func list(t *testing.T) []byte {
	t.Helper()
	const version, none = 2, 1<<32 - 1
	const owner, user, group, mask, others = 1, 2, 4, 0x10, 0x20
	var text bytes.Buffer
	for _, part := range []any{
		uint32(version),
		[]entry{{owner, 6, none}, {user, 4, alice}, {group, 0, none}, {mask, 4, none}, {others, 0, none}},
	} {
		if err := binary.Write(&text, binary.LittleEndian, part); err != nil {
			t.Fatal(err)
		}
	}
	return text.Bytes()
}

// listed is a directory on a file system that has access lists.
func listed(t *testing.T) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []string{t.TempDir(), cache, "/dev/shm", "/var/tmp"} {
		dir, err := os.MkdirTemp(at, "editfile-test-") //nolint:usetesting // t.TempDir is where it is
		if err != nil {
			continue
		}
		t.Cleanup(func() { _ = os.RemoveAll(dir) })
		err = errors.Join(unix.Setxattr(dir, accessList, list(t), 0), unix.Removexattr(dir, accessList), os.Chmod(dir, 0o700))
		if err == nil {
			return dir
		}
	}
	t.Fatal("no file system has access lists here")
	return ""
}

// set sets an extended attribute.
func set(t *testing.T, path, name string, value []byte) {
	t.Helper()
	if err := unix.Setxattr(path, name, value, 0); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// hasAttribute fails the test unless the file has it with that value; nil is for none.
func hasAttribute(t *testing.T, path, name string, want []byte) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if got, err := attribute(f, name); err != nil || !bytes.Equal(got, want) || (got == nil) != (want == nil) {
		t.Errorf("%s: %x, %v; want %x", name, got, err, want)
	}
}

// Whoever was allowed to read the file still is, and nobody else, and what users have noted at it stays.
func TestAttributesStay(t *testing.T) {
	dir := listed(t)
	const label, many = "user.label", "user.many"
	path := write(t, filepath.Join(dir, "config.json"), "old")
	set(t, path, accessList, list(t))
	set(t, path, label, []byte("mine"))
	set(t, path, many, bytes.Repeat([]byte("x"), 2000))
	set(t, dir, defaultList, bytes.Replace(list(t), []byte{6, 0}, []byte{7, 0}, 1))
	edit(t, path, "new")
	has(t, path, "new")
	hasAttribute(t, path, accessList, list(t))
	hasAttribute(t, path, label, []byte("mine"))
	hasAttribute(t, path, many, bytes.Repeat([]byte("x"), 2000))
	if mode := stat(t, path).Mode(); mode != 0o640 {
		t.Errorf("the mode is %v", mode)
	}
}

// A file that had no list has none, whatever the directory has for new files: its mode was all, and still is.
func TestNoListOfTheDirectorys(t *testing.T) {
	dir := listed(t)
	path := write(t, filepath.Join(dir, "config.json"), "old")
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	set(t, dir, defaultList, list(t))
	edit(t, path, "new")
	hasAttribute(t, path, accessList, nil)
	if mode := stat(t, path).Mode(); mode != 0o640 {
		t.Errorf("the mode is %v", mode)
	}
	edit(t, filepath.Join(dir, "a.json"), "new") // and a new file is for its owner
	if mode := stat(t, filepath.Join(dir, "a.json")).Mode(); mode != 0o600 {
		t.Errorf("the mode of a new file is %v", mode)
	}
}

// Where the list cannot be had, or the new file can have none, the others lose what they had: the mode alone would give
// the group what it had not.
func TestWithoutItsList(t *testing.T) {
	dir := listed(t)
	path := write(t, filepath.Join(dir, "like"), "")
	set(t, path, accessList, list(t))
	like, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	allowed := func(t *testing.T, in string) {
		t.Helper()
		out, err := os.Create(filepath.Join(in, "out"))
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = out.Close() }()
		if err := errors.Join(out.Chmod(0o600), allow(out, like, stat(t, path))); err != nil {
			t.Error(err)
		}
		if mode := stat(t, out.Name()).Mode(); mode != 0o600 {
			t.Errorf("the mode is %v", mode)
		}
	}
	mounting(t, func() {
		bare := t.TempDir()
		if err := unix.Mount("ramfs", bare, "ramfs", 0, ""); err != nil {
			t.Log("not tested: ", err)
			return
		}
		allowed(t, bare)
	})
	_ = like.Close()
	allowed(t, dir)
}

// A run that is killed before it sets the list has left a file that is for its owner alone.
func TestNeverWiderThanItWas(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if !canTrace(t) {
		t.Log("not tested: nothing can be traced")
		return
	}
	dir := listed(t)
	path := write(t, filepath.Join(dir, "config.json"), "old")
	set(t, path, accessList, list(t))
	set(t, dir, defaultList, list(t))
	command := func(path string, words ...string) *exec.Cmd {
		words = append(words, self)
		cmd := exec.CommandContext(t.Context(), words[0], words[1:]...)
		cmd.Env = append(os.Environ(), helperFile+"="+path, fmt.Sprint(helperTo, "=", 1))
		return cmd
	}
	for _, call := range []string{"fgetxattr", "fremovexattr", "fchmod", "fsetxattr"} {
		if tracedTo(t, command, path, call, 1) {
			t.Errorf("there was no %s", call)
		}
		left, err := filepath.Glob(path + tempMark + "*")
		if err != nil || len(left) != 1 {
			t.Fatalf("%s: %q, %v", call, left, err)
		}
		if mode := stat(t, left[0]).Mode(); mode != 0o600 {
			t.Errorf("at %s the mode is %v", call, mode)
		}
	}
	edit(t, path, "new")
	only(t, dir, "config.json")
}
