// Package inuse has patience with files that another program has open at the moment. Windows replaces no such file, and
// opens none that is just being replaced: without patience a login would fail because a pull reads the catalogue, or a
// scanner looks at what was written last. Elsewhere files are replaced under their readers, and nobody ever waits.
package inuse

import "time"

// How long to wait, and how often to look. A program that reads or replaces a small file is done within milliseconds;
// one that keeps it open on purpose shall not keep a pull waiting. On a machine that is so busy that a look takes long
// itself, time alone says little.
const (
	patience = time.Second
	glance   = 5 * time.Millisecond
	looks    = 50 // at least
)

// Retry calls do until it succeeds, or fails for another reason than that a file is in use, or patience is at an end.
// It returns what do has returned last.
func Retry(do func() error) error { return retry(do, is) }

func retry(do func() error, inUse func(error) bool) error {
	deadline := time.Now().Add(patience)
	for n := 1; ; n++ {
		if err := do(); !inUse(err) || n >= looks && !time.Now().Before(deadline) {
			return err
		}
		time.Sleep(glance)
	}
}
