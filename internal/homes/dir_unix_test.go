//go:build unix

package homes

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

const most = 1 << 20

// me is an account whose home is a new directory.
func me(t *testing.T) Account {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return Account{Name: "me", UID: os.Getuid(), GID: os.Getgid(), Dir: dir}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
}

// opened is the account's home.
func opened(t *testing.T, a Account) *Dir {
	t.Helper()
	d, err := Open(a)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func TestRead(t *testing.T) {
	a := me(t)
	write(t, a.Dir+"/.docker/config.json", "{}")
	write(t, a.Dir+"/.dockercfg", "")
	d := opened(t, a)
	for name, want := range map[string]string{".docker/config.json": "{}", ".dockercfg": ""} {
		if got, err := d.Read(name, most); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for _, name := range []string{"gone", ".docker/gone", "gone/config.json", ".dockercfg/config.json"} {
		if _, err := d.Read(name, most); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"", ".", "..", "/etc/passwd", "../x", ".docker/../.docker/config.json", "a//b"} {
		if _, err := d.Read(name, most); !errors.Is(err, ErrBadName) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if names, err := d.Names(".docker", 10); err != nil || !slices.Equal(names, []string{"config.json"}) {
		t.Errorf("names: %q, %v", names, err)
	}
}

// TestHostile: whatever a home's owner has laid there, it is neither followed nor waited for.
func TestHostile(t *testing.T) {
	outside := t.TempDir()
	write(t, outside+"/config.json", "secret")
	for name, tt := range map[string]struct {
		lay  func(dir string) error
		want error
	}{
		"a link to a file":      {func(dir string) error { return os.Symlink(outside+"/config.json", dir+"/.docker/config.json") }, ErrForeign},
		"a link to /etc/shadow": {func(dir string) error { return os.Symlink("/etc/shadow", dir+"/.docker/config.json") }, ErrForeign},
		"a link to nowhere":     {func(dir string) error { return os.Symlink("nowhere", dir+"/.docker/config.json") }, ErrForeign},
		"a linked directory": {func(dir string) error {
			return errors.Join(os.Remove(dir+"/.docker"), os.Symlink(outside, dir+"/.docker"))
		}, ErrForeign},
		"a FIFO":      {func(dir string) error { return syscall.Mkfifo(dir+"/.docker/config.json", 0o600) }, ErrNotRegular},
		"a directory": {func(dir string) error { return os.Mkdir(dir+"/.docker/config.json", 0o700) }, ErrNotRegular},
		"a gigabyte": {func(dir string) error {
			f, err := os.Create(dir + "/.docker/config.json")
			if err != nil {
				return err
			}
			return errors.Join(f.Truncate(1<<30), f.Close())
		}, ErrTooLarge},
		"one byte too many": {func(dir string) error {
			return os.WriteFile(dir+"/.docker/config.json", make([]byte, most+1), 0o600)
		}, ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			a := me(t)
			if err := errors.Join(os.Mkdir(a.Dir+"/.docker", 0o700), tt.lay(a.Dir)); err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			got, err := opened(t, a).Read(".docker/config.json", most)
			if !errors.Is(err, tt.want) || got != nil {
				t.Errorf("%d bytes, %v; want %v", len(got), err, tt.want)
			}
			if took := time.Since(start); took > time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

func TestSocket(t *testing.T) {
	t.Chdir(t.TempDir()) // its name may have 100 bytes
	l, err := net.Listen("unix", "s")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	d := opened(t, Account{UID: os.Getuid(), Dir: dir})
	if _, err := d.Read("s", most); !errors.Is(err, ErrNotRegular) {
		t.Error(err)
	}
}

// TestOwners: what belongs to somebody else is not read, be it a hard link to that. What root itself has left is told
// apart. As root this is about root's files in another's home, and else about another's.
func TestOwners(t *testing.T) {
	a := me(t)
	write(t, a.Dir+"/.docker/config.json", "{}")
	write(t, a.Dir+"/plain", "{}")
	write(t, a.Dir+"/linked", "{}")
	if err := os.Link(a.Dir+"/linked", a.Dir+"/again"); err != nil {
		t.Fatal(err)
	}
	another := a
	another.UID++
	root := os.Getuid() == 0
	if d, err := Open(another); root && err == nil {
		_ = d.Close() // an account that is locked in
	} else if root || !errors.Is(err, ErrForeign) {
		t.Errorf("somebody else's home: %v", err)
	}
	d := opened(t, a)
	d.uid++ // as if home were that other's, and all that is in it were ours
	for name, left := range map[string]string{
		"plain": "plain", ".docker/config.json": ".docker", ".docker/none": "", "linked": "", "again": "",
	} {
		_, err := d.Read(name, most)
		var ofRoot *OfRootError
		switch {
		case root && left != "":
			if !errors.As(err, &ofRoot) || ofRoot.Name != left {
				t.Errorf("%s: %v", name, err)
			}
		case root && name == ".docker/none":
			if !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s: %v", name, err)
			}
		case !errors.Is(err, ErrForeign):
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := d.Names(".docker", 1); err != nil {
		t.Errorf("the last directory of a name has its owner's files to tell: %v", err)
	}
	if err := os.Chmod(a.Dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(another); !errors.Is(err, ErrForeign) {
		t.Errorf("a home that is everybody's to write: %v", err)
	}
}

// TestLinkedHome: a link in the place of a home is root's to lay, and nobody else's.
func TestLinkedHome(t *testing.T) {
	a := me(t)
	write(t, a.Dir+"/plain", "{}")
	link := filepath.Join(t.TempDir(), "home")
	if err := os.Symlink(a.Dir, link); err != nil {
		t.Fatal(err)
	}
	linked := a
	linked.Dir = link
	d, err := Open(linked)
	if os.Getuid() != 0 {
		if !errors.Is(err, ErrForeign) {
			t.Errorf("a link of the user's: %v", err)
		}
		return
	}
	if err != nil {
		t.Fatalf("a link of root's: %v", err)
	}
	_ = d.Close()
	if err := os.Lchown(link, 12345, 12345); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(linked); !errors.Is(err, ErrForeign) {
		t.Errorf("a link of a user's: %v", err)
	}
}

// TestSwapped: what is done to the path of a directory that is held makes no difference.
func TestSwapped(t *testing.T) {
	a := me(t)
	a.Dir += "/home"
	write(t, a.Dir+"/plain", "mine")
	d := opened(t, a)
	trap := filepath.Dir(a.Dir) + "/trap"
	write(t, trap+"/plain", "trap")
	if err := errors.Join(os.Rename(a.Dir, a.Dir+".old"), os.Symlink(trap, a.Dir)); err != nil {
		t.Fatal(err)
	}
	if got, err := d.Read("plain", most); string(got) != "mine" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}
