package editfile

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// Between the last look and the exchange there is no time for a test to come between: here is what exchange makes of
// somebody who did.
func TestExchange(t *testing.T) {
	for name, c := range map[string]struct {
		comes func(path string) error
		want  error
		left  string // "" for what is no file
	}{
		"nobody comes": {func(string) error { return nil }, nil, "ours"},
		"by rename":    {func(path string) error { return login(path, "theirs") }, errCameBetween, "theirs"},
		"in place": {func(path string) error {
			return os.WriteFile(path, []byte("theirs"), 0o600)
		}, errCameBetween, "theirs"},
		"takes it away": {os.Remove, errCameBetween, ""},
		"lays a link": {func(path string) error {
			return errors.Join(os.Remove(path), os.Symlink("elsewhere", path))
		}, ErrNotRegular, ""},
		"lays a FIFO": {func(path string) error {
			return errors.Join(os.Remove(path), unix.Mkfifo(path, 0o600))
		}, ErrNotRegular, ""},
		"too large": {func(path string) error { return os.Truncate(path, MaxSize+1) }, ErrTooLarge, ""},
	} {
		t.Run(name, func(t *testing.T) {
			path := write(t, filepath.Join(t.TempDir(), "config.json"), "old")
			temp := write(t, path+"-temp", "ours")
			var there os.FileInfo
			err := inPlace(t, path, func(p place) error {
				if err := c.comes(path); err != nil {
					t.Fatal(err)
				}
				there, _ = os.Lstat(path)
				return p.exchange(filepath.Base(temp), []byte("old"))
			})
			if !errors.Is(err, c.want) {
				t.Errorf("exchange = %v; want %v", err, c.want)
			}
			if c.left != "" {
				has(t, path, c.left)
			} else if now, _ := os.Lstat(path); (now == nil) != (there == nil) || now != nil && !os.SameFile(now, there) {
				t.Errorf("%v has become %v", there, now)
			}
			if c.want != nil {
				has(t, temp, "ours")
			}
		})
	}
}

// Somebody replaces the file in the moment between an exchange and its undoing: who came last stays.
func TestGiveBackTwice(t *testing.T) {
	dir := t.TempDir()
	path := write(t, filepath.Join(dir, "config.json"), "ours")
	temp := write(t, filepath.Join(dir, "temp"), "theirs")
	ours := stat(t, path)
	swaps := 0
	err := inPlace(t, path, func(p place) error {
		swap := func() error {
			if swaps++; swaps <= 3 {
				if err := login(path, "latest"); err != nil {
					return err
				}
			}
			return unix.Renameat2(unix.AT_FDCWD, temp, unix.AT_FDCWD, path, unix.RENAME_EXCHANGE)
		}
		return p.giveBack("temp", ours, swap, errCameBetween)
	})
	if err != errCameBetween || swaps != 4 {
		t.Errorf("giveBack = %v after %d exchanges", err, swaps)
	}
	has(t, path, "latest")
}

// Some file systems exchange nothing: rename does, without the last look.
func TestWithoutExchange(t *testing.T) {
	dir := t.TempDir()
	path := write(t, filepath.Join(dir, "config.json"), "old")
	write(t, filepath.Join(dir, "temp"), "ours")
	if err := inPlace(t, path, func(p place) error { return p.rename("temp") }); err != nil {
		t.Error(err)
	}
	has(t, path, "ours")
	if err := inPlace(t, path, func(p place) error { return p.rename("temp") }); err != errCameBetween {
		t.Errorf("rename of what is gone = %v", err)
	}
}

// Whatever happens, nothing stays open.
func TestNothingStaysOpen(t *testing.T) {
	dir := dotfiles(t, [2]string{"home/config.json", "../dots/docker.json"}, [2]string{"home/loop", "loop"})
	run := func() {
		for _, name := range []string{
			"home/config.json", "dots/docker.json", "home", "home/loop", "none", "home/none/x", "dots/docker.json/x",
		} {
			path := filepath.Join(dir, name)
			for _, f := range []File{{Path: path}, {Path: path, Strict: true}} {
				_, _ = f.Read()
				_, _, _ = f.Owner()
				_ = f.Edit(t.Context(), func(content []byte) ([]byte, error) { return add(content), nil })
			}
		}
	}
	run()
	before := openFiles(t)
	for range 5 {
		run()
	}
	if after := openFiles(t); after > before {
		t.Errorf("%d files are open, and %d were", after, before)
	}
}
