//go:build unix

package editfile

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// What is no file any more is left as the others have made it.
func TestItBecomesSomethingElse(t *testing.T) {
	for name, become := range map[string]func(path string) error{
		"a link":      func(path string) error { return os.Symlink("elsewhere", path) },
		"a FIFO":      func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"a directory": func(path string) error { return os.Mkdir(path, 0o700) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := write(t, filepath.Join(dir, "config.json"), "old")
			write(t, filepath.Join(dir, "elsewhere"), "elsewhere")
			calls := 0
			err := File{Path: path}.Edit(t.Context(), func(content []byte) ([]byte, error) {
				if calls++; calls == 2 {
					if err := os.Remove(path); err != nil {
						t.Fatal(err)
					}
					if err := become(path); err != nil {
						t.Fatal(err)
					}
				}
				return add(content), nil
			})
			refused(t, err, path, ErrNotRegular)
			if mode := stat(t, path).Mode(); mode.IsRegular() {
				t.Errorf("it is %v now", mode)
			}
			has(t, filepath.Join(dir, "elsewhere"), "elsewhere")
			only(t, dir, "config.json", "elsewhere")
		})
	}
}
