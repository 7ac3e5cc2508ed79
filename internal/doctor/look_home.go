package doctor

import (
	"bytes"
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/homes"
)

// room is how much root takes in of one user's home, so that nobody's files cost more than they can matter: Docker's
// largest have some kilobytes, and of a short text much memory can be made.
type room struct {
	bytes int64
	words int // of JSON, which stand between quotes
}

// maxFile is how large one config file may be, in bytes.
const maxFile = 1 << 20

func newRoom() *room {
	const files, words = 2, 20_000
	return &room{bytes: files * maxFile, words: words}
}

// takes reports whether there is room for a text, and takes it.
func (r *room) takes(text []byte) bool {
	const quotes = 2
	r.bytes -= int64(len(text))
	r.words -= bytes.Count(text, []byte{'"'}) / quotes
	return r.bytes >= 0 && r.words >= 0
}

// shelf is a directory of another user's.
type shelf struct {
	dir  *homes.Dir
	path string
	user *User
	room *room
}

// take reads a file, and remembers it. It is nil where there is none.
func (s shelf) take(name string, format Format) *clients.File {
	text, err := s.dir.Read(name, maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && !s.room.takes(text) {
		text, err = nil, homes.ErrTooLarge
	}
	place := &Place{File: &clients.File{Path: filepath.Join(s.path, name), Text: text}, Format: format}
	if err != nil {
		place.Err, place.Skipped = errNotRead, err.Error()
	}
	var ofRoot *homes.OfRootError
	if errors.As(err, &ofRoot) {
		place.OfRoot = filepath.Join(s.path, ofRoot.Name)
	}
	if format == SnapFile {
		place.Reader = "the docker of the snap"
	}
	s.user.Files = append(s.user.Files, place)
	return place.File
}

// errNotRead is what clients are taken to make of a file that root did not read.
var errNotRead = errors.New("it was not looked at")

// snaps looks for the config of a Docker that was installed as a snap, which has a home of its own for each revision.
func (s shelf) snaps() {
	const most = 64
	names, err := s.dir.Names("snap/docker", most)
	if err != nil {
		return
	}
	for _, name := range names {
		if name != "current" && name != "common" {
			s.take("snap/docker/"+name+"/.docker/config.json", SnapFile)
		}
	}
}

// unopened is somebody whose home is there and was not opened: nobody knows what is in it. It is nil for an account of
// a service, whose directory is somebody else's as often as not.
func (l *Looking) unopened(a homes.Account, err error) *User {
	parent := filepath.Dir(a.Dir)
	if errors.Is(err, fs.ErrNotExist) || l.Only != a.Name && parent != "/home" && parent != "/Users" {
		return nil
	}
	place := &Place{
		File: &clients.File{Path: a.Dir, Err: errNotRead}, Format: DockerFile,
		Skipped: err.Error(),
	}
	return &User{
		Name: a.Name, home: a.Dir, Files: []*Place{place},
		Places: clients.Places{Docker: place.File, HomeDocker: place.File, Helpers: unknown{}},
	}
}
