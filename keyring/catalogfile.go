package keyring

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	"github.com/natefinch/atomic"
)

const (
	catalogFile = "catalog.json"
	lockFile    = "catalog.lock"
	maxCatalog  = 16 << 20 // bytes; ten thousand entries are under 5 MB

	lockDeadline = 5 * time.Second
	lockRetry    = 10 * time.Millisecond
)

// readCatalog reads the catalogue in dir. One that does not exist is empty; one that cannot be understood is an error,
// never empty, so that no later write throws it away.
func readCatalog(dir string) (catalog, error) {
	path := filepath.Join(dir, catalogFile)
	data, err := readRegular(path)
	if errors.Is(err, fs.ErrNotExist) {
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

// readRegular reads a regular file up to maxCatalog bytes. A FIFO or a device in its place would block for ever.
func readRegular(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, bare(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	f, err := os.Open(path) //nolint:gosec // the path is the user's own state directory
	if err != nil {
		return nil, bare(err)
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, maxCatalog+1))
	if err == nil && len(data) > maxCatalog {
		err = fmt.Errorf("larger than %d bytes", maxCatalog)
	}
	return data, bare(err)
}

// bare drops the operation and path that package os puts before an error: CatalogError names the path already.
func bare(err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}

// updateCatalog reads the catalogue in dir, lets change alter it, and writes it, all under the lock that the user's
// processes share. When change returns an error nothing is written. The file is replaced in one step, by one that was
// made before change is called: where the directory cannot be written, no vault is touched either.
func updateCatalog(ctx context.Context, dir string, change func(catalog) error) error {
	path := filepath.Join(dir, catalogFile)
	broken := func(err error) error { return &CatalogError{Path: path, Err: bare(err)} }

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
	staged, err := os.CreateTemp(dir, catalogFile+".*") // mode 0600
	if err != nil {
		return broken(err)
	}
	defer func() { _ = os.Remove(staged.Name()) }() // gone already when all went well
	defer func() { _ = staged.Close() }()

	if err := change(c); err != nil {
		return err
	}
	encoder := json.NewEncoder(staged)
	encoder.SetIndent("", "\t")
	if err := errors.Join(encoder.Encode(c), staged.Sync(), staged.Close()); err != nil {
		return broken(err)
	}
	if err := atomic.ReplaceFile(staged.Name(), path); err != nil {
		return broken(err)
	}
	return nil
}

// takeLock waits for the lock of dir, for lockDeadline at most.
func takeLock(ctx context.Context, dir string) (*flock.Flock, error) {
	ctx, cancel := context.WithTimeout(ctx, lockDeadline)
	defer cancel()
	lock := flock.New(filepath.Join(dir, lockFile), flock.SetPermissions(0o600))
	ok, err := lock.TryLockContext(ctx, lockRetry)
	if ok {
		return lock, nil
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("another process holds %s", lockFile)
	}
	return nil, err
}
