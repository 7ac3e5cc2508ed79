//go:build unix

package editfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

func TestModeIsKept(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "config.json"), "old")
	for _, mode := range []fs.FileMode{0o640, 0o600, 0o644, 0o666, 0o400} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		edit(t, path, mode.String())
		has(t, path, mode.String())
		if now := stat(t, path).Mode(); now != mode {
			t.Errorf("mode %v has become %v", mode, now)
		}
	}
}

// dotfiles is a directory with a file elsewhere, to which the links lead.
func dotfiles(t *testing.T, links ...[2]string) string {
	t.Helper()
	dir := t.TempDir()
	for _, d := range []string{"home", "dots", "dots/deep"} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(dir, "dots/docker.json"), "old")
	for _, l := range links {
		to := l[1]
		if len(to) > 0 && to[0] == '/' {
			to = dir + to
		}
		if err := os.Symlink(to, filepath.Join(dir, l[0])); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestLinksAreKept(t *testing.T) {
	const file = "home/config.json"
	for name, c := range map[string]struct {
		links [][2]string
		old   string
		lands string
	}{
		"relative": {[][2]string{{file, "../dots/docker.json"}}, "old", "dots/docker.json"},
		"absolute": {[][2]string{{file, "/dots/docker.json"}}, "old", "dots/docker.json"},
		"chain": {[][2]string{
			{file, "one"}, {"home/one", "/home/two"}, {"home/two", "../dots/docker.json"},
		}, "old", "dots/docker.json"},
		"dangling":           {[][2]string{{file, "../dots/new.json"}}, "", "dots/new.json"},
		"dangling, absolute": {[][2]string{{file, "/dots/new.json"}}, "", "dots/new.json"},
		"dangling, no dir":   {[][2]string{{file, "/dots/a/new.json"}}, "", "dots/a/new.json"},
		"up from where the directory is": {[][2]string{
			{"dots/deep/config.json", "../docker.json"}, {"home/docker", "../dots/deep"}, {file, "docker/config.json"},
		}, "old", "dots/docker.json"},
		"up in the link itself": {[][2]string{
			{"home/deep", "../dots/deep"}, {file, "deep/../docker.json"},
		}, "old", "dots/docker.json"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := dotfiles(t, c.links...)
			path := filepath.Join(dir, file)
			if content, err := (File{Path: path}).Read(); err != nil || string(content) != c.old {
				t.Fatalf("Read = %q, %v; want %q", content, err, c.old)
			}
			edit(t, path, "new")
			has(t, filepath.Join(dir, c.lands), "new")
			for _, l := range c.links {
				if mode := stat(t, filepath.Join(dir, l[0])).Mode(); mode&fs.ModeSymlink == 0 {
					t.Errorf("%s is %v now", l[0], mode)
				}
			}
		})
	}
}

func TestLinksInALoop(t *testing.T) {
	dir := dotfiles(t, [2]string{"home/config.json", "b"}, [2]string{"home/b", "config.json"})
	path := filepath.Join(dir, "home/config.json")
	_, err := File{Path: path}.Read()
	refused(t, err, path, nil)
	refused(t, File{Path: path}.Edit(t.Context(), to("new")), path, nil)
	only(t, filepath.Join(dir, "home"), "b", "config.json")
}

func TestNotRegular(t *testing.T) {
	dir := t.TempDir()
	fifo, sub := filepath.Join(dir, "fifo"), filepath.Join(dir, "sub")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(sub, 0o700); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{
		fifo: ErrNotRegular, sub: ErrNotRegular, filepath.Join(fifo, "config.json"): syscall.ENOTDIR,
	} {
		done := make(chan struct{})
		go func() {
			defer close(done)
			for _, f := range []File{{Path: path}, {Path: path, Strict: true}} {
				_, err := f.Read()
				refused(t, err, path, want)
				refused(t, f.Edit(t.Context(), to("new")), path, want)
			}
		}()
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			t.Fatalf("%s: it hangs", path)
		}
	}
	only(t, dir, "fifo", "sub")
}

func TestDirectoryThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	path := write(t, filepath.Join(dir, "config.json"), "old")
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })
	asOrdinaryUser(t, func() {
		refused(t, File{Path: path}.Edit(t.Context(), to("new")), path, fs.ErrPermission)
		edit(t, path, "old") // nothing to change is no error
		missing := filepath.Join(dir, "a", "config.json")
		refused(t, File{Path: missing}.Edit(t.Context(), to("new")), missing, fs.ErrPermission)
	})
	has(t, path, "old")
	only(t, dir, "config.json")
}

// A FIFO may come between the look at a file and its opening, which must not wait for somebody to write into it.
func TestFIFOInPlaceOfWhatWasSeen(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "config.json"), "old")
	seen := stat(t, path)
	if err := errors.Join(os.Rename(path, path+"-old"), syscall.Mkfifo(path, 0o600)); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		done <- inPlace(t, path, func(p place) error {
			_, _, err := p.readAs(p.name, seen)
			return err
		})
	}()
	select {
	case err := <-done:
		if err != errCameBetween {
			t.Errorf("readAs = %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it hangs")
	}
}
