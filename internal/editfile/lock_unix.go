//go:build unix

package editfile

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

const (
	lockPatience = 30 * time.Second // many runs on a slow disk take their time
	lockRetry    = 2 * time.Millisecond
)

// lock makes runs of this program wait for each other, on the directory itself: no file is left behind. Where there is
// no lock to be had, on some network file systems or behind a run that was stopped, the work goes on without: then it
// only happens more often that somebody comes between. It returns what ends the lock, and whether there is one.
func (p place) lock(ctx context.Context) (unlock func(), held bool) {
	dir, err := p.dir.Open(".")
	if err != nil {
		return func() {}, false
	}
	unlock = func() { _ = dir.Close() }
	ctx, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	tick := time.NewTicker(lockRetry)
	defer tick.Stop()
	for {
		err := unix.Flock(int(dir.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if !errors.Is(err, unix.EWOULDBLOCK) {
			return unlock, err == nil
		}
		select {
		case <-ctx.Done():
			return unlock, false
		case <-tick.C:
		}
	}
}
