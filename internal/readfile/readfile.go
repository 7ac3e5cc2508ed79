// Package readfile reads a file that somebody else has named: never a FIFO that waits for its other end, never a device
// without an end, never more than the caller can use.
package readfile

import (
	"bytes"
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
	f, size, err := open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	// Room for all of it at once; files of /proc say that they are empty, and are not.
	content := bytes.NewBuffer(make([]byte, 0, min(size, most)+bytes.MinRead))
	_, err = content.ReadFrom(io.LimitReader(f, most+1))
	if err == nil && int64(content.Len()) > most {
		err = fmt.Errorf("larger than %d bytes", most)
	}
	return content.Bytes(), Bare(err)
}

// Pass gives what Regular would return to w, piece by piece: a large file takes no room.
func Pass(name string, most int64, w io.Writer) (size int64, err error) {
	f, _, err := open(name)
	if err != nil {
		return 0, err
	}
	defer func() { _ = f.Close() }()
	size, err = io.Copy(w, io.LimitReader(f, most+1))
	if err == nil && size > most {
		err = fmt.Errorf("larger than %d bytes", most)
	}
	return size, Bare(err)
}

func open(name string) (*os.File, int64, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, 0, Bare(err)
	}
	if !info.Mode().IsRegular() {
		return nil, 0, ErrNotRegular
	}
	f, err := os.Open(filepath.Clean(name))
	return f, info.Size(), Bare(err)
}

// Bare drops the operation and the paths that package os puts before an error, for messages that name the file already.
func Bare(err error) error {
	var pathErr *fs.PathError
	var linkErr *os.LinkError
	switch {
	case errors.As(err, &pathErr):
		return pathErr.Err
	case errors.As(err, &linkErr):
		return linkErr.Err
	}
	return err
}
