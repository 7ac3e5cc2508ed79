package keyring

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

const (
	lockFile            = "catalog.lock"
	lockDeadline        = 5 * time.Second
	patientLockDeadline = 45 * time.Second
	lockRetry           = 10 * time.Millisecond
)

// ErrBusy means that another process holds the lock for longer than anybody should wait.
var ErrBusy = errors.New("another process is busy with it")

// takeLock waits for the lock of dir, for lockDeadline at most, unless ctx was made by Patiently. Its error is a
// *CatalogError.
func takeLock(ctx context.Context, dir string) (*flock.Flock, error) {
	limit := lockDeadline
	if ctx.Value(patience{}) != nil {
		limit = patientLockDeadline
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	// For reading and writing, because opening a FIFO in the lock's place for one of the two would wait for the other.
	lock := flock.New(filepath.Join(dir, lockFile), flock.SetPermissions(0o600), flock.SetFlag(os.O_CREATE|os.O_RDWR))
	ok, err := lock.TryLockContext(ctx, lockRetry)
	if ok {
		return lock, nil
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = ErrBusy
	}
	return nil, catalogError(dir, err)
}

type patience struct{}

// Patiently returns a context for people's own verbs, with which a rotation of another process is waited for: that one
// holds the lock while it asks GitLab.
func Patiently(ctx context.Context) context.Context { return context.WithValue(ctx, patience{}, true) }
