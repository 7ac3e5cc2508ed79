package editfile

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

const nonblock = 0

func privileged() bool { return false }

func (p place) resemble(*os.File, fs.FileInfo) error { return nil } // a new file inherits its directory's access list

func inAnothers(string) bool { return false }

func isTheirs(fs.FileInfo) bool { return false }

func isAnother(int) bool { return false }

func (p place) mayRead(fs.FileInfo) bool { return true }

func named(err error) error { return err }

func makeDir(dir string, mode fs.FileMode) error { return os.MkdirAll(dir, mode) }

func enterAsOwner(p place, do func(place) error) error { return do(p) }

func enterStrict(string, place, bool, func(place) error) error { return ErrNotHere }

// lock makes runs of this program wait for each other. Windows locks no directories, so it is a file of its own among
// the user's temporary ones. It returns what ends the lock, and whether there is one: without, it only happens more often
// that somebody comes between.
func (p place) lock(ctx context.Context) (unlock func(), held bool) {
	const patience, retry = 30 * time.Second, 10 * time.Millisecond
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	lock := flock.New(filepath.Join(os.TempDir(), "docker-credential-gitlabjob.lock"))
	held, _ = lock.TryLockContext(ctx, retry)
	return func() { _ = lock.Close() }, held
}
