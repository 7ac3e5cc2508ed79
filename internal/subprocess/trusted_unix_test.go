//go:build unix

package subprocess

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const evil = 54321 // a user; there need be no account

// laying is a directory of root's in which a test lays things.
type laying struct {
	t   *testing.T
	dir string
}

func (l laying) did(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// put lays a program, or with a "/" at its end a directory, and returns where it is.
func (l laying) put(name string, uid int, mode os.FileMode) string {
	l.t.Helper()
	path := filepath.Join(l.dir, name)
	if strings.HasSuffix(name, "/") {
		l.did(os.Mkdir(path, 0o700))
	} else {
		l.did(os.WriteFile(path, []byte("#!/bin/sh\n"), 0o700))
	}
	l.did(os.Chown(path, uid, -1))
	l.did(os.Chmod(path, mode))
	return path
}

func (l laying) link(to, name string) string {
	l.t.Helper()
	l.did(os.Symlink(to, filepath.Join(l.dir, name)))
	return filepath.Join(l.dir, name)
}

// Root runs what root alone can have put there, and others run what they like.
func TestTrusted(t *testing.T) {
	const sticky = os.ModeSticky | 0o777
	for name, c := range map[string]struct {
		lay  func(l laying) (path string)
		want bool
	}{
		"root's":               {func(l laying) string { return l.put("x", 0, 0o755) }, true},
		"by a link of root's":  {func(l laying) string { l.put("x", 0, 0o755); return l.link("x", "y") }, true},
		"evil's":               {func(l laying) string { return l.put("x", evil, 0o755) }, false},
		"for others to write":  {func(l laying) string { return l.put("x", 0, 0o757) }, false},
		"for a group to write": {func(l laying) string { return l.put("x", 0, 0o775) }, false},
		"that is not there":    {func(l laying) string { return filepath.Join(l.dir, "x") }, false},
		"in evil's directory":  {func(l laying) string { l.put("d/", evil, 0o755); return l.put("d/x", 0, 0o755) }, false},
		"in a group's":         {func(l laying) string { l.put("d/", 0, 0o775); return l.put("d/x", 0, 0o755) }, false},
		"in everybody's":       {func(l laying) string { l.put("d/", 0, 0o777); return l.put("d/x", 0, 0o755) }, false},
		"in the likes of /tmp": {func(l laying) string { l.put("d/", 0, sticky); return l.put("d/x", 0, 0o755) }, false},
		"the likes of /tmp":    {func(l laying) string { return l.put("d/", 0, sticky) }, false},
		"evil's in such": {func(l laying) string {
			l.put("d/", 0, sticky)
			l.put("d/e/", evil, 0o755)
			return l.put("d/e/x", 0, 0o755)
		}, false},
		"below root's in such": {func(l laying) string {
			l.put("d/", 0, sticky)
			l.put("d/e/", 0, 0o755)
			return l.put("d/e/x", 0, 0o755)
		}, true},
		"below everybody's": {func(l laying) string { l.put("d/", 0, 0o777); l.put("d/e/", 0, 0o755); return l.put("d/e/x", 0, 0o755) }, false},
		"by a link of evil's": {func(l laying) string {
			l.put("x", 0, 0o755)
			p := l.link("x", "y")
			l.did(os.Lchown(p, evil, evil))
			return p
		}, false},
		"by a link in such":     {func(l laying) string { l.put("x", 0, 0o755); l.put("d/", 0, sticky); return l.link("../x", "d/y") }, false},
		"by a link to evil's":   {func(l laying) string { l.put("d/", evil, 0o755); l.put("d/x", 0, 0o755); return l.link("d/x", "y") }, false},
		"by evil's and back up": {func(l laying) string { l.put("x", 0, 0o755); l.put("d/", evil, 0o755); return l.dir + "/d/../x" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			if os.Geteuid() != 0 {
				path := laying{t, t.TempDir()}.put("x", os.Geteuid(), 0o777)
				if !Trusted(path) || TrustedPath("a:/b") != "a:/b" {
					t.Error("who is not root trusts anybody")
				}
				return
			}
			if path := c.lay(laying{t, t.TempDir()}); Trusted(path) != c.want {
				t.Errorf("%s: Trusted = %v", path, !c.want)
			}
		})
	}
}

// Under /usr a group may write to directories, as Debian has it for /usr/local, and not to programs.
func TestOpen(t *testing.T) {
	l := laying{t, t.TempDir()}
	own := os.Geteuid()
	for name, want := range map[string]bool{"d/": false, "x": true} {
		info, err := os.Stat(l.put(name, own, 0o775))
		l.did(err)
		if open("/usr/local/bin", info) != want || !open("/usrlocal/bin", info) || !open("/opt/usr/bin", info) {
			t.Errorf("%s: it is decided otherwise", name)
		}
		l.did(os.Chmod(filepath.Join(l.dir, name), 0o757))
		info, err = os.Stat(filepath.Join(l.dir, name))
		l.did(err)
		if !open("/usr/local/bin", info) {
			t.Errorf("%s: everybody may write to it", name)
		}
	}
}

func TestTrustedPath(t *testing.T) {
	if os.Geteuid() != 0 {
		return
	}
	l := laying{t, t.TempDir()}
	good, bad := l.put("good/", 0, 0o755), l.put("bad/", evil, 0o755)
	if got := TrustedPath(strings.Join([]string{bad, good, "", "bin", l.dir + "/none", good + "/"}, ":")); got != good+":"+good+"/" {
		t.Errorf("%q", got)
	}
}
