package editfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// The two users that these tests lay files as; they need no accounts.
const alice, bob = 54321, 54322

// homes is a directory of root's alone with the homes of alice and bob.
func homes(t *testing.T) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Log("not tested: only root acts as others")
		return ""
	}
	dir, err := os.MkdirTemp("", "editfile-test-") //nolint:usetesting // t.TempDir is in a directory that nobody may enter
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, uid := range map[string]int{"alice": alice, "bob": bob, "root": 0} {
		laid(t, uid, filepath.Join(dir, name), directory)
	}
	return dir
}

// lay makes something that belongs to the user.
func lay(uid int, path string, do func(path string) error) error {
	return errors.Join(do(path), os.Lchown(path, uid, uid))
}

// laid is lay for what has to be there.
func laid(t *testing.T, uid int, path string, do func(path string) error) string {
	t.Helper()
	if err := lay(uid, path, do); err != nil {
		t.Fatal(err)
	}
	return path
}

func file(content string) func(string) error {
	return func(path string) error { return os.WriteFile(path, []byte(content), 0o640) }
}

func directory(path string) error { return os.Mkdir(path, 0o700) }

func link(to string) func(string) error {
	return func(path string) error { return os.Symlink(to, path) }
}

// Each of these is laid in alice's home, and "config.json" there is asked for.
func TestStrictRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		lay  func(dir, home string) error
		path string
		want error
	}{
		"a link to root's file": {func(dir, home string) error {
			return lay(alice, home+"/config.json", link(dir+"/root/secret"))
		}, "config.json", ErrForeign},
		"a link to their own file": {func(_, home string) error {
			return errors.Join(lay(alice, home+"/own", file("own")), lay(alice, home+"/config.json", link("own")))
		}, "config.json", ErrForeign},
		"a dangling link": {func(dir, home string) error {
			return lay(alice, home+"/config.json", link(dir+"/root/new"))
		}, "config.json", ErrForeign},
		"a link in place of a directory": {func(dir, home string) error {
			return lay(alice, home+"/.docker", link(dir+"/root"))
		}, ".docker/secret", ErrForeign},
		"a link of theirs in a directory of root's": {func(dir, _ string) error {
			return lay(alice, dir+"/link", link("root/secret"))
		}, "../link", ErrForeign},
		"a link of root's in a directory of theirs": {func(dir, home string) error {
			return lay(0, home+"/config.json", link(dir+"/root/secret"))
		}, "config.json", ErrForeign},
		"a hard link to root's file": {func(dir, home string) error {
			return lay(0, home+"/config.json", func(path string) error { return os.Link(dir+"/root/secret", path) })
		}, "config.json", ErrForeign},
		"a hard link to bob's file": {func(dir, home string) error {
			return errors.Join(lay(bob, dir+"/bob/secret", file("bob's")),
				lay(bob, home+"/config.json", func(path string) error { return os.Link(dir+"/bob/secret", path) }))
		}, "config.json", ErrForeign},
		"root's file": {func(_, home string) error {
			return lay(0, home+"/config.json", file("root's"))
		}, "config.json", ErrForeign},
		"root's directory": {func(_, home string) error {
			return lay(0, home+"/.docker", directory)
		}, ".docker/config.json", ErrForeign},
		"bob's directory": {func(_, home string) error {
			return lay(bob, home+"/.docker", directory)
		}, ".docker/config.json", ErrForeign},
		"a FIFO": {func(_, home string) error {
			return lay(alice, home+"/config.json", func(path string) error { return syscall.Mkfifo(path, 0o600) })
		}, "config.json", ErrNotRegular},
		"a FIFO in place of a directory": {func(_, home string) error {
			return lay(alice, home+"/.docker", func(path string) error { return syscall.Mkfifo(path, 0o600) })
		}, ".docker/config.json", unix.ENOTDIR},
		"what the user may not read": {func(_, home string) error {
			// Root may, but it is alice who reads.
			return errors.Join(lay(alice, home+"/config.json", file("")), os.Chmod(home+"/config.json", 0))
		}, "config.json", fs.ErrPermission},
	} {
		t.Run(name, func(t *testing.T) {
			dir := homes(t)
			if dir == "" {
				return
			}
			home := filepath.Join(dir, "alice")
			secret := laid(t, 0, dir+"/root/secret", file("secret"))
			unread := time.Now().Add(-time.Hour)
			if err := os.Chtimes(secret, unread, unread); err != nil {
				t.Fatal(err)
			}
			if err := c.lay(dir, home); err != nil {
				t.Fatal(err)
			}
			before, _ := os.ReadDir(home)
			f := File{Path: filepath.Join(home, c.path), Strict: true}
			content, err := f.Read()
			refused(t, err, f.Path, c.want)
			if content != nil {
				t.Errorf("Read = %q", content)
			}
			refused(t, f.Edit(t.Context(), to("new")), f.Path, c.want)
			if after, _ := os.ReadDir(home); len(after) != len(before) {
				t.Errorf("%v has become %v", before, after)
			}
			stat := stat(t, secret).Sys().(*syscall.Stat_t)
			if read := time.Unix(stat.Atim.Unix()); !read.Equal(unread) {
				t.Errorf("root's secret was read at %v", read)
			}
			has(t, secret, "secret")
			only(t, filepath.Join(dir, "root"), "secret")
		})
	}
}
