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

// LeftoverOf returns the name, or the path, of the file beside which a killed run has left one of this name; ok is
// false for names that no run gives.
func LeftoverOf(name string) (of string, ok bool) {
	at := strings.LastIndex(name, tempMark)
	if at <= 0 {
		return "", false
	}
	random := name[at+len(tempMark):]
	return name[:at], len(random) == len(rand.Text()) && strings.Trim(random, randomText) == ""
}

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
		if of, ours := LeftoverOf(name); ours && of == p.name {
			found = append(found, name)
		}
	}
	return found
}

// Leftovers returns the paths of the files that killed runs have left beside the file. While another run is at work it
// returns none: it may be that one's. It waits for nobody.
func (f File) Leftovers() []string {
	path, err := f.path()
	if err != nil {
		return nil
	}
	var found []string
	_ = f.at(func(p place) error {
		if len(p.leftovers()) == 0 {
			return nil
		}
		now, cancel := context.WithCancel(context.Background())
		cancel()
		unlock, held := p.lock(now)
		defer unlock()
		if !held {
			return nil
		}
		for _, name := range p.leftovers() {
			if info, err := p.dir.Lstat(name); err == nil && info.Mode().IsRegular() {
				found = append(found, filepath.Join(filepath.Dir(path), name))
			}
		}
		return nil
	})
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
