//go:build unix

package steps

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tree is a directory without links above it, with directories, a file and links in it.
func tree(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.MkdirAll(dir+"/a/b", 0o700))
	must(os.WriteFile(dir+"/a/b/file", nil, 0o600))
	for name, to := range map[string]string{
		"relative": "a/./b", "absolute": dir + "/a/b", "up": "relative/../b//file", "loop": "loop", "dir": "a/b/", "dangling": "a/no/x",
	} {
		must(os.Symlink(to, dir+"/"+name))
	}
	return dir
}

func TestTo(t *testing.T) {
	dir := tree(t)
	for path, c := range map[string]struct {
		want string // what is below dir, each time that it is there
		err  error
	}{
		"":                   {"", nil},
		"a/b/file":           {"a a/b a/b/file", nil},
		"relative/file":      {"relative a a/b a/b/file", nil},
		"absolute/file":      {"absolute a a/b a/b/file", nil},
		"up":                 {"up relative a a/b a a/b a/b/file", nil}, // ".." is where the directory really is
		"dir":                {"dir a a/b", nil},
		"dangling":           {"dangling a a/no", fs.ErrNotExist},
		"missing":            {"missing", fs.ErrNotExist},
		"loop":               {strings.TrimSpace(strings.Repeat("loop ", maxLinks+1)), errLinks},
		"absolute/../b/file": {"absolute a a/b a a/b a/b/file", nil},
	} {
		var got []string
		var last error
		for s, err := range To(dir + "/" + path) {
			if below, ok := strings.CutPrefix(s.Path, dir+"/"); ok {
				got = append(got, below)
			}
			if last = err; err == nil && !s.Dir.IsDir() {
				t.Errorf("%s: %s is in no directory", path, s.Path)
			}
		}
		if want := strings.Fields(c.want); !slices.Equal(got, want) || !errors.Is(last, c.err) {
			t.Errorf("%s: %q, %v; want %q, %v", path, got, last, want, c.err)
		}
	}
}

// A path that begins where the process is, and one that nobody walks to its end.
func TestToFromHere(t *testing.T) {
	t.Chdir(tree(t))
	last, steps := "", 0
	for s, err := range To("relative/file") {
		if err != nil {
			t.Fatal(err)
		}
		last = s.Path
	}
	if !strings.HasSuffix(last, "/a/b/file") {
		t.Errorf("it ends at %s", last)
	}
	for _, err := range To("relative/file") {
		if steps++; err != nil {
			t.Fatal(err)
		}
		break
	}
	if steps != 1 {
		t.Errorf("%d steps", steps)
	}
}
