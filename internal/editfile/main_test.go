package editfile

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// The test binary runs as another process of this program where these are set.
const (
	helperFile = "EDITFILE_TEST_FILE" // which file to change
	helperTo   = "EDITFILE_TEST_TO"   // what to: that many times "new "; "+1" counts
)

func TestMain(m *testing.M) {
	path := os.Getenv(helperFile)
	if path == "" {
		os.Exit(m.Run())
	}
	runtime.LockOSThread() // strace counts the calls of each thread
	change := increment
	if times := os.Getenv(helperTo); times != "+1" {
		n, _ := strconv.Atoi(times)
		change = to(strings.Repeat("new ", n))
	}
	if err := (File{Path: path}).Edit(context.Background(), change); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// to is a change to that content.
func to(content string) func([]byte) ([]byte, error) {
	return func([]byte) ([]byte, error) { return []byte(content), nil }
}

// increment is a change that loses somebody's work unless it is made of the very last content.
func increment(content []byte) ([]byte, error) {
	n, err := strconv.Atoi(string(content))
	return []byte(strconv.Itoa(n + 1)), err
}

func edit(t *testing.T, path, content string) {
	t.Helper()
	if err := (File{Path: path}).Edit(t.Context(), to(content)); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, content string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func has(t *testing.T, path, want string) {
	t.Helper()
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("%s has %.60q, %v; want %.60q", path, got, err, want)
	}
}

// only fails the test where anything else is in the directory than these names.
func only(t *testing.T, dir string, names ...string) {
	t.Helper()
	want := make(map[string]bool)
	for _, name := range names {
		want[name] = true
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !want[e.Name()] {
			t.Errorf("%s is in %s as well", e.Name(), dir)
		}
		delete(want, e.Name())
	}
	if len(want) > 0 {
		t.Errorf("%v is not in %s", want, dir)
	}
}

// refused fails the test unless err is an *Error that names the path and wraps want.
func refused(t *testing.T, err error, path string, want error) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Path != path || want != nil && !errors.Is(err, want) {
		t.Errorf("%v; want an *Error for %s that wraps %v", err, filepath.Base(path), want)
	}
}
