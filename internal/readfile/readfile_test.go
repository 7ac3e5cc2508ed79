//go:build unix

package readfile_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/readfile"
)

func TestRegular(t *testing.T) {
	dir := t.TempDir()
	file, pipe := filepath.Join(dir, "file"), filepath.Join(dir, "pipe")
	if err := errors.Join(os.WriteFile(file, []byte("12345"), 0o600), syscall.Mkfifo(pipe, 0o600)); err != nil {
		t.Fatal(err)
	}
	if content, err := readfile.Regular(file, 5); err != nil || string(content) != "12345" {
		t.Errorf("%q, %v", content, err)
	}
	for name, c := range map[string]struct {
		path string
		want error
	}{
		"absent":       {filepath.Join(dir, "absent"), fs.ErrNotExist},
		"below a file": {filepath.Join(file, "x"), syscall.ENOTDIR},
		"a FIFO":       {pipe, readfile.ErrNotRegular},
		"a device":     {"/dev/zero", readfile.ErrNotRegular},
		"a directory":  {dir, readfile.ErrNotRegular},
	} {
		if _, err := readfile.Regular(c.path, 5); !errors.Is(err, c.want) || strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v; want %v, without the path", name, err, c.want)
		}
	}
	if _, err := readfile.Regular(file, 4); err == nil || !strings.Contains(err.Error(), "larger than 4 bytes") {
		t.Errorf("a byte too many: %v", err)
	}
}
