package editfile

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// Wherever another user's thing is on the way, root sees it; what is root's alone is root's, through links as well.
func TestInAnothers(t *testing.T) {
	sticky := func(path string) error {
		return errors.Join(os.Mkdir(path, 0o700), os.Chmod(path, os.ModeSticky|0o777))
	}
	for name, c := range map[string]struct {
		lay  func(dir string) error
		path string
		want bool
	}{
		"root's":            {func(dir string) error { return lay(0, dir+"/root/f", file("")) }, "root/f", false},
		"not there":         {func(string) error { return nil }, "root/f", false},
		"nor its directory": {func(string) error { return nil }, "root/a/b/f", false},
		"by a link of root's": {func(dir string) error {
			return errors.Join(lay(0, dir+"/dots", file("")), lay(0, dir+"/root/f", link("../dots")))
		}, "root/f", false},
		"by a dangling one":     {func(dir string) error { return lay(0, dir+"/root/f", link("../dots")) }, "root/f", false},
		"root's, anybody's dir": {func(dir string) error { return errors.Join(lay(0, dir+"/mnt", sticky), lay(0, dir+"/mnt/f", file(""))) }, "mnt/f", false},

		"alice's file": {func(dir string) error { return lay(alice, dir+"/root/f", file("")) }, "root/f", true},
		"in anybody's directory": {func(dir string) error {
			return errors.Join(lay(0, dir+"/mnt", sticky), lay(alice, dir+"/mnt/f", file("")))
		}, "mnt/f", true},
		"alice's link": {func(dir string) error {
			return errors.Join(lay(0, dir+"/mnt", sticky), lay(alice, dir+"/mnt/f", link("../root/f")))
		}, "mnt/f", true},
		"in her home": {func(string) error { return nil }, "alice/f", true},
		"far above": {func(dir string) error {
			return lay(0, dir+"/alice/p/q2/r2", func(p string) error { return os.MkdirAll(p, 0o700) })
		}, "alice/p/q2/r2/f", true},
		"root's link there": {func(dir string) error {
			return errors.Join(lay(alice, dir+"/alice/f", file("")), lay(0, dir+"/root/f", link("../alice/f")))
		}, "root/f", true},
		"root's link through": {func(dir string) error {
			return errors.Join(lay(0, dir+"/root/f", link("../alice/../root/g")), lay(0, dir+"/root/g", file("")))
		}, "root/f", true},
		"links to her link": {func(dir string) error {
			return errors.Join(lay(alice, dir+"/l", link("root")), lay(0, dir+"/k", link("l")))
		}, "k/f", true},
		"and where none ends": {func(dir string) error { return lay(alice, dir+"/l", link("l")) }, "l", true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := homes(t)
			if dir == "" {
				if (File{Path: "/etc/passwd"}).InAnothers() {
					t.Error("who is not root has to do with nobody else")
				}
				return
			}
			if err := c.lay(dir); err != nil {
				t.Fatal(err)
			}
			if got := (File{Path: filepath.Join(dir, c.path)}).InAnothers(); got != c.want {
				t.Errorf("%s: %v", c.path, got)
			}
		})
	}
}
