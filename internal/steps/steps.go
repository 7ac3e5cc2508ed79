//go:build unix

// Package steps goes to a file as the kernel does, one name at a time and through symbolic links, and shows what is on
// the way: whoever may change any of it decides what is found at its end.
package steps

import (
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
)

// Step is one name on the way.
type Step struct {
	Info fs.FileInfo // of what has the name itself, which may be a link
	Dir  fs.FileInfo // of the directory that it is in; for "/", of that
	Path string      // where it is, with no link above it
	Last bool        // the way ends here
}

// maxLinks is how many symbolic links one way may have, as on Linux.
const maxLinks = 40

var errLinks = errors.New("too many levels of symbolic links")

// To returns the steps to path, from "/" on. A link is a step, and those to where it leads follow. The last may come
// with an error: that of the system, for a name that is not there or may not be looked at, and then its Info is nil.
func To(path string) iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		w := way{rest: path}
		if !filepath.IsAbs(path) {
			dir, err := os.Getwd()
			if err != nil {
				yield(Step{}, err)
				return
			}
			w.rest = dir + "/" + path
		}
		for more := true; more; {
			s, err := w.next()
			more = yield(s, err) && err == nil && !s.Last
		}
	}
}

// way is how far somebody has come.
type way struct {
	at    string // a directory without links; "" before the first step
	rest  string
	links int
}

// next makes the next step.
func (w *way) next() (Step, error) {
	if w.at == "" {
		w.at = "/"
		info, err := os.Lstat(w.at)
		w.skip()
		return Step{Info: info, Dir: info, Path: w.at, Last: w.rest == ""}, err
	}
	name, rest, _ := strings.Cut(w.rest, "/")
	w.rest = rest
	s := Step{Path: filepath.Join(w.at, name)} // at has no links: what is ".." to Join is so to the kernel
	var err error
	if s.Dir, err = os.Lstat(w.at); err != nil {
		return s, err
	}
	if s.Info, err = os.Lstat(s.Path); err != nil {
		return s, err
	}
	if s.Info.Mode().Type() == fs.ModeSymlink {
		return s, w.follow(s.Path)
	}
	w.at = s.Path
	w.skip()
	s.Last = w.rest == ""
	return s, nil
}

// skip takes out of the rest what leads nowhere.
func (w *way) skip() {
	for {
		switch name, rest, _ := strings.Cut(w.rest, "/"); {
		case w.rest == "":
			return
		case name == "" || name == ".":
			w.rest = rest
		default:
			return
		}
	}
}

// follow puts where a link leads before the rest.
func (w *way) follow(path string) error {
	if w.links++; w.links > maxLinks {
		return errLinks
	}
	to, err := os.Readlink(path)
	if err != nil {
		return err
	}
	if filepath.IsAbs(to) {
		w.at = ""
	}
	w.rest = to + "/" + w.rest
	if w.at != "" {
		w.skip()
	}
	return nil
}
