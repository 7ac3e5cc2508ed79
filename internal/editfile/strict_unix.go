//go:build unix

package editfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// enterStrict walks to the file from the root directory, one name at a time, on directories that it holds open. A link
// is followed only where nobody but root can have laid it. From the first directory on that belongs to another user
// everything must belong to that user, and there are no links.
func enterStrict(path string, p place, create bool, do func(place) error) error {
	for range maxLinks {
		w := walker{place: p, path: "/", create: create}
		next, err := w.walk(path, do)
		if next == "" {
			return err
		}
		path = next
	}
	return ErrForeign
}

// walker is a place on the way to another.
type walker struct {
	place
	path   string // of the directory
	create bool   // directories that are missing
}

// walk goes as far as the first link of root's, and returns the path that this leads to; without one it calls do.
func (w *walker) walk(path string, do func(place) error) (next string, err error) {
	if w.dir, err = os.OpenRoot("/"); err != nil {
		return "", err
	}
	defer func() { _ = w.dir.Close() }()
	names := strings.Split(strings.Trim(filepath.Clean(path), "/"), "/")
	for i, name := range names {
		last := i == len(names)-1
		info, dir, err := w.look(name, last)
		if err != nil {
			return "", err
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			link, err := w.follow(name, info, dir)
			if err != nil {
				return "", err
			}
			return filepath.Join(append([]string{link}, names[i+1:]...)...), nil
		}
		owner, _ := ownerOf(info)
		if w.foreign && owner != w.owner {
			return "", ErrForeign
		}
		wasForeign := w.foreign
		w.owner, w.foreign = owner, owner != 0
		if !last {
			if err := w.step(name, info); err != nil {
				return "", err
			}
			continue
		}
		if w.foreign && !wasForeign && !rootsAlone(dir) {
			return "", ErrForeign // in the likes of /tmp: anybody may have laid it
		}
		w.name = name
		return "", w.actFor(info, dir, do)
	}
	return "", ErrNotRegular
}

// look returns what has that name, and the directory that it is in. For the last name, and nothing there, both are the
// directory; another that is missing is made where that is wanted.
func (w *walker) look(name string, last bool) (info, dir fs.FileInfo, err error) {
	if name == "" {
		return nil, nil, ErrNotRegular // the path is "/"
	}
	if dir, err = w.dir.Stat("."); err != nil {
		return nil, nil, err
	}
	info, err = w.dir.Lstat(name)
	if !errors.Is(err, fs.ErrNotExist) {
		return info, dir, err
	}
	if last {
		return dir, dir, nil
	}
	if !w.create {
		return nil, nil, err
	}
	err = w.actFor(dir, dir, func(p place) error { return p.dir.Mkdir(name, p.dirMode()) })
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, nil, err
	}
	info, err = w.dir.Lstat(name)
	return info, dir, err
}

// step goes into the directory of that name, of which info was asked.
func (w *walker) step(name string, info fs.FileInfo) error {
	if !info.IsDir() {
		return syscall.ENOTDIR
	}
	below, err := w.dir.OpenRoot(name + "/.") // as a directory, or not at all: it may have become a FIFO, which blocks
	if err != nil {
		return err
	}
	_ = w.dir.Close()
	w.dir, w.path = below, filepath.Join(w.path, name)
	opened, err := below.Stat(".")
	if err == nil && !os.SameFile(info, opened) {
		err = ErrForeign
	}
	return err
}

// follow returns where a link leads that nobody but root can have laid.
func (w *walker) follow(name string, link, dir fs.FileInfo) (string, error) {
	if owner, _ := ownerOf(link); owner != 0 || !rootsAlone(dir) {
		return "", ErrForeign
	}
	to, err := w.dir.Readlink(name)
	if err == nil && !filepath.IsAbs(to) {
		to = filepath.Join(w.path, to)
	}
	return to, err
}
