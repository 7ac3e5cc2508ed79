package keyring

import (
	"bytes"
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
// processes share. When change returns an error nothing is written. The file is replaced in one step.
func updateCatalog(ctx context.Context, dir string, change func(catalog) error) error {
	path := filepath.Join(dir, catalogFile)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return &CatalogError{Path: path, Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, lockDeadline)
	defer cancel()
	lock := flock.New(filepath.Join(dir, lockFile), flock.SetPermissions(0o600))
	if ok, err := lock.TryLockContext(ctx, lockRetry); !ok {
		if errors.Is(err, context.DeadlineExceeded) {
			err = fmt.Errorf("another process holds %s", lockFile)
		}
		return &CatalogError{Path: path, Err: err}
	}
	defer func() { _ = lock.Close() }()

	c, err := readCatalog(dir)
	if err != nil {
		return err
	}
	if err := change(c); err != nil {
		return err
	}
	data, err := json.MarshalIndent(c, "", "\t")
	if err != nil {
		return &CatalogError{Path: path, Err: err}
	}
	if err := atomic.WriteFile(path, bytes.NewReader(append(data, '\n'))); err != nil {
		return &CatalogError{Path: path, Err: err}
	}
	return nil
}
