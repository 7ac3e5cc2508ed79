package editfile

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// owned fails the test unless the file belongs to the user and the group, with that mode.
func owned(t *testing.T, path string, uid, gid int, mode os.FileMode) {
	t.Helper()
	info := stat(t, path)
	if u, g := ownerOf(info); u != uid || g != gid || info.Mode().Perm() != mode {
		t.Errorf("%s is of %d:%d with %v; want %d:%d with %v", path, u, g, info.Mode(), uid, gid, mode)
	}
}

// Whoever runs it, what is another user's stays that user's, and so does what is made beside it.
func TestForeignFiles(t *testing.T) {
	const group = 54399
	for name, c := range map[string]struct {
		lay    func(home string) error
		path   string
		old    string
		strict bool // too
		gid    int
		mode   os.FileMode
	}{
		"a file": {func(home string) error {
			return lay(alice, home+"/config.json", file("old"))
		}, "alice/config.json", "old", true, alice, 0o640},
		"of another group": {func(home string) error {
			return errors.Join(lay(alice, home+"/config.json", file("old")), os.Chown(home+"/config.json", alice, group))
		}, "alice/config.json", "old", true, group, 0o640},
		"a new file":           {func(string) error { return nil }, "alice/config.json", "", true, alice, 0o600},
		"with its directories": {func(string) error { return nil }, "alice/a/b/config.json", "", true, alice, 0o600},
		"by links of root's": {func(home string) error {
			return errors.Join(lay(alice, home+"/config.json", file("old")),
				lay(0, home+"/../root/to", link("../alice")), lay(0, home+"/../first", link("root/to")))
		}, "first/config.json", "old", true, alice, 0o640},
		"by a link of alice's": {func(home string) error {
			return errors.Join(lay(alice, home+"/dots", file("old")), lay(alice, home+"/config.json", link("dots")))
		}, "alice/config.json", "old", false, alice, 0o640},
		"in a directory of root's alone": {func(home string) error {
			return lay(alice, home+"/../root/config.json", file("old"))
		}, "root/config.json", "old", true, alice, 0o640},
	} {
		for _, strict := range []bool{false, true} {
			if strict && !c.strict {
				continue
			}
			t.Run(name, func(t *testing.T) {
				dir := homes(t)
				if dir == "" {
					return
				}
				if err := c.lay(filepath.Join(dir, "alice")); err != nil {
					t.Fatal(err)
				}
				f := File{Path: filepath.Join(dir, c.path), Strict: strict}
				if content, err := f.Read(); err != nil || string(content) != c.old {
					t.Errorf("Read = %q, %v", content, err)
				}
				if uid, foreign, err := f.Owner(); uid != alice || !foreign || err != nil {
					t.Errorf("Owner = %d, %v, %v", uid, foreign, err)
				}
				if err := f.Edit(t.Context(), to("new")); err != nil {
					t.Fatal(err)
				}
				has(t, f.Path, "new")
				at, err := filepath.EvalSymlinks(f.Path)
				if err != nil {
					t.Fatal(err)
				}
				owned(t, at, alice, c.gid, c.mode)
				if name == "with its directories" {
					owned(t, filepath.Join(dir, "alice/a/b"), alice, alice, 0o700)
					owned(t, filepath.Join(dir, "alice/a"), alice, alice, 0o700)
				}
			})
		}
	}
}

// The file beside it is that user's from the first moment, and root's own files are root's.
func TestTempIsTheOwners(t *testing.T) {
	dir := homes(t)
	if dir == "" {
		return
	}
	for name, uid := range map[string]int{"alice": alice, "root": 0} {
		path := laid(t, uid, filepath.Join(dir, name, "config.json"), file("old"))
		f := File{Path: path, Strict: true}
		err := f.at(func(p place) error {
			if err := p.write("temp", []byte("new"), nil); err != nil {
				return err
			}
			owned(t, filepath.Join(dir, name, "temp"), uid, uid, 0o600)
			return p.dir.Remove("temp")
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if u, foreign, err := f.Owner(); u != uid || foreign != (uid != 0) || err != nil {
			t.Errorf("Owner = %d, %v, %v; want %d", u, foreign, err, uid)
		}
	}
}

// Who acts as alice reads nobody else's file, however it has come there.
func TestOnlyTheOwnersIsRead(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "config.json"), "mine")
	err := inPlace(t, path, func(p place) error {
		p.foreign, p.owner = true, alice
		_, _, err := p.read()
		return err
	})
	if err != ErrForeign {
		t.Errorf("read = %v; want ErrForeign", err)
	}
}

// In a directory where anybody may lay something root trusts nothing but root's.
func TestStrictWhereAnybodyMayWrite(t *testing.T) {
	dir := homes(t)
	if dir == "" {
		return
	}
	if err := os.Chmod(dir, os.ModeSticky|0o777); err != nil {
		t.Fatal(err)
	}
	laid(t, 0, dir+"/root/secret", file("secret"))
	for name, path := range map[string]string{
		"a link of root's": laid(t, 0, dir+"/link", link("root/secret")),
		"alice's file":     laid(t, alice, dir+"/config.json", file("old")),
	} {
		_, err := File{Path: path, Strict: true}.Read()
		if err == nil {
			t.Errorf("%s: it is read", name)
		}
		refused(t, err, path, ErrForeign)
	}
	// Her own directory in there is hers alone, though.
	edit(t, laid(t, alice, dir+"/alice/config.json", file("old")), "new")
}

// Only the thread that acts as another user does: the others go on as root, and it ends with its work.
func TestOthersGoOnAsRoot(t *testing.T) {
	dir := homes(t)
	if dir == "" {
		return
	}
	mine := filepath.Join(dir, "root", "mine")
	err := as(alice, alice, func() error {
		if err := os.WriteFile(mine, nil, 0o600); !os.IsPermission(err) {
			t.Errorf("as alice: %v", err)
		}
		done := make(chan error)
		go func() { done <- os.WriteFile(mine, nil, 0o600) }()
		return <-done
	})
	if err != nil {
		t.Error(err)
	}
	for range 100 {
		if err := as(bob, bob, func() error { return nil }); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(mine, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
