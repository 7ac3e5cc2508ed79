package system

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// state is all that there is to see of a file: whatever is done to it, besides being read, changes something of it.
type state struct {
	stat syscall.Stat_t // less the time of reading
	text string         // of a small regular file, or where a link points to
}

// String is what a person wants to know of it.
func (s state) String() string {
	return fmt.Sprintf("%o of %d, %d bytes at %d.%d, as %d", s.stat.Mode, s.stat.Uid, s.stat.Size, s.stat.Mtim.Sec,
		s.stat.Mtim.Nsec, s.stat.Ino)
}

// everything returns the state of every file of the machine's.
func (m *machine) everything(t *testing.T) map[string]state {
	t.Helper()
	all := make(map[string]state)
	for _, root := range []string{m.dir, m.bin} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			var s state
			if err := syscall.Lstat(path, &s.stat); err != nil {
				return err
			}
			s.stat.Atim = syscall.Timespec{}
			const small = 1 << 20
			switch {
			case d.Type().IsRegular() && s.stat.Size <= small:
				text, err := os.ReadFile(path)
				if err != nil {
					return err
				}
				s.text = string(text)
			case d.Type() == fs.ModeSymlink:
				if s.text, err = os.Readlink(path); err != nil {
					return err
				}
			}
			name, err := filepath.Rel(root, path)
			if root == m.bin {
				name = filepath.Join("usr/local/bin", name)
			}
			all[name] = s
			return err
		})
		must(t, err)
	}
	return all
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
