package editfile

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/inuse"
)

// tries is how often somebody else may come between a look at the file and its replacement.
const tries = 100

// replace makes the new content and puts it in the file's place, until it has replaced what it was made of.
func (p place) replace(change func([]byte) ([]byte, error)) error {
	for range tries {
		content, info, err := p.readSettled()
		if err != nil {
			return err
		}
		changed, err := change(bytes.Clone(content))
		if err != nil || bytes.Equal(changed, content) {
			return err
		}
		if err := p.put(changed, content, info); !errors.Is(err, errCameBetween) {
			return err
		}
	}
	return ErrRestless
}

// errCameBetween means that the file is not what it was any more. It stands as the others have left it.
var errCameBetween = errors.New("another program has changed it meanwhile")

// put writes content beside the file and puts it in the file's place, where standing and info are what is known of the
// file. It returns errCameBetween where they are not true any more.
func (p place) put(content, standing []byte, info fs.FileInfo) error {
	temp := p.name + tempMark + rand.Text()
	defer func() { _ = p.remove(temp) }() // it has moved where all went well, or holds what was replaced
	if err := p.write(temp, content, info); err != nil {
		return err
	}
	// To be on the disk takes a while. What has come in the meantime is seen here, and what comes after this by exchange.
	now, nowInfo, err := p.read()
	switch {
	case err != nil:
		return err
	case (nowInfo == nil) != (info == nil) || !bytes.Equal(now, standing):
		return errCameBetween
	case info == nil:
		err = p.appear(temp)
	default:
		if err = p.exchange(temp, standing); errors.Is(err, errNoExchange) {
			err = p.rename(temp)
		}
	}
	if err == nil {
		p.sync()
	}
	return err
}

// appear gives temp the name of the file, which nothing has.
func (p place) appear(temp string) error {
	err := p.dir.Link(temp, p.name)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrExist), errors.Is(err, fs.ErrNotExist):
		return errCameBetween
	}
	if _, err := p.dir.Lstat(p.name); err == nil {
		return errCameBetween
	}
	return p.rename(temp) // a file system without hard links
}

func (p place) rename(temp string) error {
	err := inuse.Retry(func() error { return p.dir.Rename(temp, p.name) })
	if errors.Is(err, fs.ErrNotExist) {
		return errCameBetween // a run that found no lock has taken temp for a leftover
	}
	return named(err)
}

// write makes the file temp with that content, and the owner and access of the file that it shall take the place of. It
// is on the disk when write returns. Until it is as like as it gets it is nobody's but the owner's, and empty.
func (p place) write(temp string, content []byte, like fs.FileInfo) (err error) {
	out, err := p.dir.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := out.Close(); err == nil {
			err = closeErr
		}
	}()
	if like == nil {
		err = out.Chmod(p.mode)
	} else {
		err = p.resemble(out, like)
	}
	if err != nil {
		return err
	}
	if _, err := out.Write(content); err != nil {
		return err
	}
	return out.Sync()
}

// sync puts the directory on the disk, where the system can.
func (p place) sync() {
	if dir, err := p.dir.Open("."); err == nil {
		_ = dir.Sync() // some file systems cannot; the file is whole all the same
		_ = dir.Close()
	}
}
