package editfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// inPlace calls do with the open directory of path, as Edit does behind its lock.
func inPlace(t *testing.T, path string, do func(place) error) error {
	t.Helper()
	return File{Path: path}.at(do)
}

// login replaces the file as `docker login` does, which takes no lock.
func login(path, content string) error {
	temp := path + "123456"
	return errors.Join(os.WriteFile(temp, []byte(content), 0o600), os.Rename(temp, path))
}

// add is a change that keeps what is there.
func add(content []byte) []byte { return append(content, "+ours"...) }

func TestSomebodyComesBetween(t *testing.T) {
	for name, c := range map[string]struct {
		before string // "": there is no file
		comes  func(path string, time int) error
		times  int
		want   string
	}{
		"once": {"old", func(path string, _ int) error {
			return login(path, "theirs")
		}, 1, "theirs+ours"},
		"in a file that was not there": {"", func(path string, _ int) error {
			return login(path, "theirs")
		}, 1, "theirs+ours"},
		"again and again": {"old", func(path string, time int) error {
			return login(path, fmt.Sprint("theirs", time))
		}, 20, "theirs20+ours"},
		"in place": {"old", func(path string, time int) error {
			return os.WriteFile(path, []byte(fmt.Sprint("theirs", time)), 0o600)
		}, 3, "theirs3+ours"},
		"takes it away": {"old", func(path string, _ int) error {
			return os.Remove(path)
		}, 1, "+ours"},
		"takes it away, and makes it anew": {"old", func(path string, time int) error {
			if time%2 == 1 {
				return os.Remove(path)
			}
			return login(path, "theirs")
		}, 4, "theirs+ours"},
		"with the very same": {"old", func(path string, _ int) error {
			return login(path, "old")
		}, 1, "old+ours"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "config.json")
			if c.before != "" {
				write(t, path, c.before)
			}
			calls := 0
			err := inPlace(t, path, func(p place) error {
				return p.replace(func(content []byte) ([]byte, error) {
					if calls++; calls <= c.times {
						return add(content), c.comes(path, calls)
					}
					return add(content), nil
				})
			})
			if err != nil {
				t.Error(err)
			}
			has(t, path, c.want)
			only(t, dir, "config.json")
		})
	}
}

func TestRestless(t *testing.T) {
	dir := t.TempDir()
	path := write(t, filepath.Join(dir, "config.json"), "old")
	calls := 0
	err := File{Path: path}.Edit(t.Context(), func(content []byte) ([]byte, error) {
		calls++
		return add(content), login(path, fmt.Sprint("theirs", calls))
	})
	refused(t, err, path, ErrRestless)
	has(t, path, fmt.Sprint("theirs", calls))
	only(t, dir, "config.json")
}

// What the others have written may also be what a change refuses: then it stays as they have written it.
func TestChangeRefusesWhatCameBetween(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "config.json"), "old")
	broken := errors.New("broken")
	calls := 0
	err := File{Path: path}.Edit(t.Context(), func(content []byte) ([]byte, error) {
		if calls++; calls == 2 {
			if err := login(path, "theirs"); err != nil {
				t.Error(err)
			}
		}
		if string(content) == "theirs" {
			return nil, broken
		}
		return add(content), nil
	})
	if err != broken {
		t.Errorf("Edit = %v", err)
	}
	has(t, path, "theirs")
}
