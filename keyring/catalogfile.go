package keyring

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/gofrs/flock"
	"github.com/natefinch/atomic"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/readfile"
)

const (
	catalogFile = "catalog.json"
	stagedFile  = "catalog.json.new" // only ever touched under the lock, so a killed process leaves one at most
	lockFile    = "catalog.lock"
	maxCatalog  = 16 << 20 // bytes; ten thousand entries are under 5 MB

	lockDeadline = 5 * time.Second
	lockRetry    = 10 * time.Millisecond
)

// ErrBusy means that another process holds the lock for longer than anybody should wait.
var ErrBusy = errors.New("another process is busy with it")

// readCatalog reads the catalogue in dir. One that does not exist is empty, as is one below a home that is no directory
// (service accounts have /dev/null); one that cannot be understood is an error, never empty, so that no later write
// throws it away.
func readCatalog(dir string) (catalog, error) {
	path := filepath.Join(dir, catalogFile)
	data, err := readfile.Regular(path, maxCatalog)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return catalog{Version: catalogVersion, Tokens: map[string]entry{}}, nil
	}
	if err != nil {
		return catalog{}, &CatalogError{Path: path, Err: err}
	}
	c, err := decodeCatalog(data)
	if err != nil {
		return catalog{}, &CatalogError{Path: path, Err: err}
	}
	return c, nil
}

// update is one change of what is kept, in the vault and in the catalogue.
type update struct {
	change func(catalog) error // alters the catalogue, and the vault
	undo   func()              // what change did to the vault, when change or the write behind it failed
	done   func()              // after the write
}

// updateCatalog reads the catalogue in dir, lets u alter it, and writes it, all under the lock that the user's
// processes share. When u.change returns an error nothing is written. The file is replaced in one step, by one that is
// made before u.change is called: where the directory cannot be written, no vault is touched either.
func updateCatalog(ctx context.Context, dir string, u update) error {
	path := filepath.Join(dir, catalogFile)
	broken := func(err error) error { return &CatalogError{Path: path, Err: readfile.Bare(err)} }

	if err := os.MkdirAll(dir, 0o700); err != nil {
		return broken(err)
	}
	lock, err := takeLock(ctx, dir)
	if err != nil {
		return broken(err)
	}
	defer func() { _ = lock.Close() }()
	c, err := readCatalog(dir)
	if err != nil {
		return err
	}
	staged, err := os.OpenFile(filepath.Join(dir, stagedFile), //nolint:gosec // the user's own state directory
		os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return broken(err)
	}
	defer func() { _ = os.Remove(staged.Name()) }() // gone already when all went well
	defer func() { _ = staged.Close() }()

	if err = u.change(c); err == nil {
		if err = replace(staged, path, c); err != nil {
			err = broken(err)
		}
	}
	if err != nil {
		u.undo()
		return err
	}
	u.done()
	return nil
}

// replace writes c into staged and puts that in the place of path.
func replace(staged *os.File, path string, c catalog) error {
	encoder := json.NewEncoder(staged)
	encoder.SetIndent("", "\t")
	if err := errors.Join(encoder.Encode(c), staged.Sync(), staged.Close()); err != nil {
		return err
	}
	return atomic.ReplaceFile(staged.Name(), path)
}

// takeLock waits for the lock of dir, for lockDeadline at most.
func takeLock(ctx context.Context, dir string) (*flock.Flock, error) {
	ctx, cancel := context.WithTimeout(ctx, lockDeadline)
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
	return nil, err
}
