package editfile

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestNewFile(t *testing.T) {
	for name, c := range map[string]struct {
		below         string
		mode, dirMode fs.FileMode
		want          fs.FileMode
	}{
		"in a directory that is there": {"config.json", 0, 0o755, 0o600},
		"with its directories":         {"a/b/config.json", 0, 0o700, 0o600},
		"with a mode":                  {"a/config.json", 0o644, 0o755, 0o644},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), filepath.FromSlash(c.below))
			f := File{Path: path, Mode: c.mode}
			if content, err := f.Read(); content != nil || err != nil {
				t.Fatalf("Read = %q, %v", content, err)
			}
			err := f.Edit(t.Context(), func(content []byte) ([]byte, error) {
				if content != nil {
					t.Errorf("change is given %q", content)
				}
				return []byte("new"), nil
			})
			if err != nil {
				t.Fatal(err)
			}
			has(t, path, "new")
			only(t, filepath.Dir(path), "config.json")
			if runtime.GOOS == "windows" {
				return // it has no modes
			}
			if info, err := os.Stat(path); err != nil || info.Mode() != c.want {
				t.Errorf("mode %v, %v; want %v", info.Mode(), err, c.want)
			}
			if info, err := os.Stat(filepath.Dir(path)); err != nil || info.Mode().Perm() != c.dirMode {
				t.Errorf("mode of the directory %v, %v; want %v", info.Mode(), err, c.dirMode)
			}
		})
	}
}

// A run that changes nothing writes nothing: not the file, no lock, and no directory for a file that is not made.
func TestUnchangedWritesNothing(t *testing.T) {
	dir := t.TempDir()
	path := write(t, filepath.Join(dir, "config.json"), "same")
	old := time.Now().Add(-time.Hour)
	for _, p := range []string{path, dir} {
		if err := os.Chtimes(p, old, old); err != nil {
			t.Fatal(err)
		}
	}
	before := stat(t, path)
	edit(t, path, "same")
	after, then := stat(t, path), before.ModTime()
	if !os.SameFile(before, after) || !after.ModTime().Equal(then) || !stat(t, dir).ModTime().Equal(then) {
		t.Errorf("%v has become %v", before, after)
	}

	missing := filepath.Join(dir, "a", "b", "config.json")
	if err := (File{Path: missing}).Edit(t.Context(), func([]byte) ([]byte, error) { return nil, nil }); err != nil {
		t.Fatal(err)
	}
	only(t, dir, "config.json")
}

func TestChangeFails(t *testing.T) {
	broken := errors.New("broken")
	dir := t.TempDir()
	path := write(t, filepath.Join(dir, "config.json"), "old")
	for name, failsAt := range map[string]int{"at once": 1, "behind the lock": 2} {
		calls := 0
		err := (File{Path: path}).Edit(t.Context(), func([]byte) ([]byte, error) {
			if calls++; calls == failsAt {
				return []byte("new"), broken
			}
			return []byte("new"), nil
		})
		if err != broken || calls != failsAt {
			t.Errorf("%s: Edit = %v after %d calls", name, err, calls)
		}
		has(t, path, "old")
		only(t, dir, "config.json")
	}
}

func TestCancelled(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "config.json"), "old")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	refused(t, File{Path: path}.Edit(ctx, to("new")), path, context.Canceled)
	has(t, path, "old")
}

func TestLargeFiles(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "config.json")
	large := strings.Repeat("0123456789", 1<<20)
	edit(t, path, large)
	edit(t, path, large+"!")
	has(t, path, large+"!")

	if err := os.Truncate(path, MaxSize); err != nil { // the last size that is taken; what was added are zeros
		t.Fatal(err)
	}
	content, err := File{Path: path}.Read()
	if err != nil || len(content) != MaxSize || !bytes.HasPrefix(content, []byte(large)) {
		t.Errorf("Read = %d bytes, %v", len(content), err)
	}
	if err := os.Truncate(path, MaxSize+1); err != nil {
		t.Fatal(err)
	}
	_, err = File{Path: path}.Read()
	refused(t, err, path, ErrTooLarge)
	refused(t, File{Path: path}.Edit(t.Context(), to("new")), path, ErrTooLarge)
	if size := stat(t, path).Size(); size != MaxSize+1 {
		t.Errorf("it has %d bytes now", size)
	}
}

// An empty file is there, and a missing one is not.
func TestEmptyFile(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "config.json"), "")
	if content, err := (File{Path: path}).Read(); content == nil || len(content) > 0 || err != nil {
		t.Errorf("Read = %#v, %v", content, err)
	}
	edit(t, path, "new")
	has(t, path, "new")
}

func stat(t *testing.T, path string) fs.FileInfo {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info
}
