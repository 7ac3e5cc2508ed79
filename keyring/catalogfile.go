package keyring

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/natefinch/atomic"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/inuse"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/readfile"
)

const (
	catalogFile = "catalog.json"
	stagedFile  = "catalog.json.new" // only ever touched under the lock, so a killed process leaves one at most
	maxCatalog  = 16 << 20           // bytes; ten thousand entries are under 5 MB
)

// readCatalog reads the catalogue in dir. One that does not exist is empty, as is one below a home that is no directory
// (service accounts have /dev/null); one that cannot be understood is an error, never empty, so that no later write
// throws it away.
func readCatalog(dir string) (catalog, error) {
	path := filepath.Join(dir, catalogFile)
	var text []byte
	err := inuse.Retry(func() (err error) {
		text, err = readfile.Regular(path, maxCatalog)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return catalog{Version: catalogVersion, Tokens: map[string]entry{}}, nil
	}
	if err != nil {
		return catalog{}, &CatalogError{Path: path, Err: err}
	}
	c, err := decodeCatalog(text)
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
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return catalogError(dir, err)
	}
	lock, err := takeLock(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { _ = lock.Close() }()
	return changeCatalog(dir, u)
}

// changeCatalog is updateCatalog for who holds the lock already.
func changeCatalog(dir string, u update) error {
	c, err := readCatalog(dir)
	if err != nil {
		return err
	}
	var staged *os.File
	err = inuse.Retry(func() (err error) {
		staged, err = stage(dir, stagedFile)
		return err
	})
	if err != nil {
		return catalogError(dir, err)
	}
	defer func() { _ = os.Remove(staged.Name()) }() // gone already when all went well
	defer func() { _ = staged.Close() }()

	if err = u.change(c); err == nil {
		if err = replace(staged, filepath.Join(dir, catalogFile), c); err != nil {
			err = catalogError(dir, err)
		}
	}
	if err != nil {
		u.undo()
		return err
	}
	u.done()
	return nil
}

func catalogError(dir string, err error) error {
	return &CatalogError{Path: filepath.Join(dir, catalogFile), Err: readfile.Bare(err)}
}

// stage makes a file of that name anew, whatever stands there: one that a killed process has left, or a link or FIFO
// that somebody else has laid there.
func stage(dir, name string) (*os.File, error) {
	path := filepath.Join(dir, name)
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the user's own state directory
}

// replace writes c into staged and puts that in the place of path.
func replace(staged *os.File, path string, c catalog) error {
	text, err := json.MarshalIndent(c, "", "\t")
	if err != nil {
		return err
	}
	text = append(text, '\n')
	_, err = staged.Write(text)
	if err := errors.Join(err, staged.Sync(), staged.Close()); err != nil {
		return err
	}
	if err := inuse.Retry(func() error { return atomic.ReplaceFile(staged.Name(), path) }); err != nil {
		return err
	}
	_ = writeIndex(filepath.Dir(path), text, c) // one that is missing or old is not used
	return nil
}
