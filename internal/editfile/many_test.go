package editfile

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"
)

const many = 50

func TestManyAtOnce(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name, run := range map[string]func(path string) error{
		"goroutines": func(path string) error { return File{Path: path}.Edit(t.Context(), increment) },
		"processes": func(path string) error {
			cmd := exec.CommandContext(t.Context(), self)
			cmd.Env = append(os.Environ(), helperFile+"="+path, helperTo+"=+1")
			if out, err := cmd.CombinedOutput(); err != nil {
				return fmt.Errorf("%w: %s", err, out)
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := write(t, filepath.Join(dir, "count"), "0")
			var wg sync.WaitGroup
			for range many {
				wg.Go(func() {
					if err := run(path); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			has(t, path, strconv.Itoa(many))
			only(t, dir, "count")
		})
	}
}

// Docker logs in all the while, and takes no lock: what it has written stays. It loses what we write between its own
// reading and writing, so only its own entries are counted.
func TestBesideDockerLogin(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "config.json"), "{}")
	change := func(key string) func([]byte) ([]byte, error) {
		return func(content []byte) ([]byte, error) {
			entries := make(map[string]bool)
			if err := json.Unmarshal(content, &entries); err != nil {
				return nil, err
			}
			entries[key] = true
			return json.Marshal(entries)
		}
	}
	var wg sync.WaitGroup
	for i := range many {
		wg.Go(func() {
			if err := (File{Path: path}).Edit(t.Context(), change(fmt.Sprint("ours", i))); err != nil {
				t.Error(err)
			}
		})
	}
	for i := range 20 {
		content, err := File{Path: path}.Read()
		if err == nil {
			content, err = change(fmt.Sprint("docker", i))(content)
		}
		if err == nil {
			err = login(path, string(content))
		}
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
	}
	wg.Wait()
	content, _ := File{Path: path}.Read()
	entries := make(map[string]bool)
	if err := json.Unmarshal(content, &entries); err != nil {
		t.Fatalf("%s: %v", content, err)
	}
	for i := range 20 {
		if !entries[fmt.Sprint("docker", i)] {
			t.Errorf("docker%d is lost", i)
		}
	}
}
