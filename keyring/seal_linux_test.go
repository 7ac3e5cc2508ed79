package keyring

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// However many make a key at once, there is one, and nothing else is left behind.
func TestMakeSealOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	var all sync.WaitGroup
	var mu sync.Mutex
	made := make(map[string]bool)
	for range 50 {
		all.Go(func() {
			s, err := makeSeal(dir)
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			made[s.id] = true
		})
	}
	all.Wait()
	if len(made) != 1 {
		t.Errorf("%d keys were made", len(made))
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 1 {
		t.Errorf("the directory has %v, %v", files, err)
	}
}

// What cannot be written is never "no record": that would be said of what is read.
func TestMakeSealWhereALinkLies(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, sealFile)
	if err := os.Symlink("nowhere", path); err != nil {
		t.Logf("not tested: %v", err)
		return
	}
	if _, err := makeSeal(dir); err == nil || errors.Is(err, ErrNoRecord) || !strings.Contains(err.Error(), path) {
		t.Errorf("makeSeal = %v", err)
	}
}
