package editfile

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// tempMark is in the names of the files that put makes, before a random text. One that is there while nobody is at work
// was left by a run that was killed.
const tempMark = ".gitlabjob-"

// randomText is what rand.Text makes its texts of.
const randomText = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

// leftovers returns the names of the files that put has made for this file.
func (p place) leftovers() []string {
	dir, err := p.dir.Open(".")
	if err != nil {
		return nil
	}
	defer func() { _ = dir.Close() }()
	names, _ := dir.Readdirnames(-1) // what could be read of it counts
	var found []string
	for _, name := range names {
		random, ours := strings.CutPrefix(name, p.name+tempMark)
		if ours && len(random) == len(rand.Text()) && strings.Trim(random, randomText) == "" {
			found = append(found, name)
		}
	}
	return found
}

// clean removes what killed runs have left. Who calls it has the lock: without it they may be of runs at work.
func (p place) clean() {
	for _, name := range p.leftovers() {
		_ = p.remove(name)
	}
}

// remove removes a file. Wine, which the tests have for Windows, does not know the way that os.Root goes there.
func (p place) remove(name string) error {
	err := p.dir.Remove(name)
	if err != nil && runtime.GOOS == "windows" {
		err = os.Remove(filepath.Join(p.dir.Name(), name))
	}
	return err
}

// Tidy cleans where there is nothing else to do, and where it is needed: what was left may be the very plaintext that
// the run which was killed has taken out of the file.
func (f File) Tidy(ctx context.Context) {
	_ = f.at(func(p place) error {
		if len(p.leftovers()) > 0 {
			unlock, held := p.lock(ctx)
			defer unlock()
			if held {
				p.clean()
			}
		}
		return nil
	})
}
