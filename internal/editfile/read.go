package editfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/inuse"
)

// read returns the content and what is known of the file; both are nil for one that does not exist.
func (p place) read() (content []byte, info fs.FileInfo, err error) {
	err = inuse.Retry(func() error {
		content, info, err = p.readNow()
		return err
	})
	return content, info, err
}

// readNow is read for a file that nobody has in use.
func (p place) readNow() ([]byte, fs.FileInfo, error) {
	for range tries {
		info, err := p.dir.Lstat(p.name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil, nil
		}
		if err != nil {
			return nil, nil, err
		}
		content, opened, err := p.readAs(p.name, info)
		if !errors.Is(err, errCameBetween) {
			return content, opened, err
		}
	}
	return nil, nil, ErrRestless
}

// readSettled is read, for what has been looked at by nobody yet. A file without content may be one that somebody has
// emptied in order to write it anew: that is given a moment to go on.
func (p place) readSettled() (content []byte, info fs.FileInfo, err error) {
	const moments, moment = 10, 20 * time.Millisecond
	for range moments {
		content, info, err = p.read()
		if err != nil || info == nil || len(content) > 0 {
			break
		}
		time.Sleep(moment)
	}
	return content, info, err
}

// readAs reads the file that info was asked of, and no other: it returns errCameBetween where that has moved away.
func (p place) readAs(name string, info fs.FileInfo) ([]byte, fs.FileInfo, error) {
	if !info.Mode().IsRegular() {
		return nil, nil, ErrNotRegular
	}
	in, err := p.dir.OpenFile(name, os.O_RDONLY|nonblock, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, errCameBetween
	}
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = in.Close() }()
	opened, err := in.Stat()
	switch {
	case err != nil:
		return nil, nil, err
	case !os.SameFile(info, opened):
		return nil, nil, errCameBetween
	case !p.mayRead(opened):
		return nil, nil, ErrForeign
	case opened.Size() > MaxSize:
		return nil, nil, ErrTooLarge
	}
	content, err := io.ReadAll(io.LimitReader(in, MaxSize+1))
	if err != nil {
		return nil, nil, err
	}
	if len(content) > MaxSize {
		return nil, nil, ErrTooLarge
	}
	return content, opened, nil // not nil, even if it is empty: io.ReadAll sees to that
}
