package editfile

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What a killed run has left goes with the next run, also where that has nothing to change: it may be the plaintext that
// the killed run has taken out. Nothing else goes, however it is called.
func TestLeftoversAreCleaned(t *testing.T) {
	for name, content := range map[string]string{"by a change": "new", "without a change": "old"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := write(t, filepath.Join(dir, "config.json"), "old")
			for range 3 {
				write(t, path+tempMark+rand.Text(), "half a fi")
			}
			others := []string{
				"config.json", "config.json" + tempMark + "backup", "config.json123456", "config.json" + tempMark + rand.Text() + "0",
				"config.json" + tempMark + "BACKUP", "config.json" + tempMark + strings.ToLower(rand.Text()),
				"other.json" + tempMark + rand.Text(), tempMark + rand.Text(),
			}
			for _, other := range others[1:] {
				write(t, filepath.Join(dir, other), "")
			}
			if err := os.Mkdir(path+tempMark+rand.Text(), 0o700); err != nil {
				t.Fatal(err)
			}
			link := filepath.Join(t.TempDir(), "link")
			if err := os.Symlink(path, link); err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{path, link} { // what is left is where the file really is
				found := (File{Path: name}).Leftovers()
				if len(found) != 3 {
					t.Errorf("%q are left", found)
				}
				for _, one := range found {
					if of, ok := LeftoverOf(one); of != path || !ok {
						t.Errorf("%s is left of %q, %v", one, of, ok)
					}
				}
			}
			edit(t, path, content)
			has(t, path, content)
			only(t, dir, others...)
			if found := (File{Path: path}).Leftovers(); found != nil {
				t.Errorf("%q are left", found)
			}
		})
	}
}

// A file that is beside ours while somebody else has the lock may be of a run at work: it is not ours to take.
func TestWithoutTheLockNothingIsCleaned(t *testing.T) {
	dir := t.TempDir()
	path := write(t, filepath.Join(dir, "config.json"), "old")
	leftover := write(t, path+tempMark+rand.Text(), "")
	err := inPlace(t, path, func(p place) error {
		unlock, held := p.lock(t.Context())
		defer unlock()
		if !held {
			t.Error("there is no lock")
		}
		if found := (File{Path: path}).Leftovers(); found != nil {
			t.Errorf("%q are taken for leftovers", found)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		return File{Path: path}.Edit(ctx, to("old"))
	})
	if err != nil {
		t.Error(err)
	}
	only(t, dir, "config.json", filepath.Base(leftover))
	if found := (File{Path: path}).Leftovers(); len(found) != 1 || found[0] != leftover {
		t.Errorf("%q are left", found)
	}
	edit(t, path, "old")
	only(t, dir, "config.json")
}
