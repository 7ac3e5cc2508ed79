package editfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// maxLinks is how many symbolic links may lead to a file, as on Linux.
const maxLinks = 40

// place is an open directory and a name in it.
type place struct {
	dir     *os.Root
	name    string
	mode    fs.FileMode // of a new file
	owner   int
	foreign bool // the owner is not root, and root is who runs this
}

// at calls do in the directory of the file.
func (f File) at(do func(place) error) error { return f.enter(false, do) }

// making is at for a directory that is made where it does not exist.
func (f File) making(do func(place) error) error { return f.enter(true, do) }

func (f File) enter(create bool, do func(place) error) error {
	path, err := f.path()
	if err != nil {
		return err
	}
	p := place{mode: f.Mode}
	if p.mode == 0 {
		p.mode = 0o600
	}
	if f.strictly() {
		return enterStrict(path, p, create, do)
	}
	dir, name := filepath.Split(path)
	if name == "" {
		return ErrNotRegular
	}
	if create {
		if err := makeDir(dir, p.dirMode()); err != nil {
			return err
		}
	}
	if p.dir, err = os.OpenRoot(dir); err != nil {
		return err
	}
	defer func() { _ = p.dir.Close() }()
	p.name = name
	return enterAsOwner(p, do)
}

// path returns where the file really is, as far as that may be asked.
func (f File) path() (string, error) {
	path, err := filepath.Abs(f.Path)
	if err != nil || f.strictly() {
		return path, err
	}
	return target(path)
}

func (f File) strictly() bool { return f.Strict && privileged() }

// dirMode returns the mode of a new directory: who may read the file may go there.
func (p place) dirMode() fs.FileMode {
	const read, toSearch = 0o444, 2
	return 0o700 | p.mode&read | p.mode&read>>toSearch
}

// target follows symbolic links from path to the file, which need not exist: Docker makes it where the link points.
func target(path string) (string, error) {
	for range maxLinks {
		info, err := os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return path, nil
		}
		if err != nil {
			return "", err
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			return path, nil
		}
		link, err := os.Readlink(path)
		if err != nil {
			return "", err
		}
		if !filepath.IsAbs(link) {
			// The kernel goes up from where the directory really is, and so does it in the link.
			dir, _ := filepath.Split(path)
			if dir, err = filepath.EvalSymlinks(dir); err != nil {
				return "", err
			}
			link = dir + string(filepath.Separator) + link
		}
		path = link
	}
	return "", errors.New("too many levels of symbolic links")
}
