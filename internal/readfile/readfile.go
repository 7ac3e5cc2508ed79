// Package readfile reads a file that somebody else has named: never a FIFO that waits for its other end, never a device
// without an end, never more than the caller can use.
package readfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrNotRegular means that the name is not that of a regular file.
var ErrNotRegular = errors.New("not a regular file")

// Regular returns the content of a regular file, of which there may be most bytes. It asks what the file is before it
// opens it, because opening a FIFO waits for its other end, which no deadline would cut short. Errors do not name the
// file; they wrap the system's own and ErrNotRegular.
func Regular(name string, most int64) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, Bare(err)
	}
	if !info.Mode().IsRegular() {
		return nil, ErrNotRegular
	}
	f, err := os.Open(filepath.Clean(name))
	if err != nil {
		return nil, Bare(err)
	}
	defer func() { _ = f.Close() }()
	content, err := io.ReadAll(io.LimitReader(f, most+1)) // files of /proc say that they are empty, and are not
	if err == nil && int64(len(content)) > most {
		err = fmt.Errorf("larger than %d bytes", most)
	}
	return content, Bare(err)
}

// Bare drops the operation and the path that package os puts before an error, for messages that name the file already.
func Bare(err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}
