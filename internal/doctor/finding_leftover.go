package doctor

import (
	"bytes"
	"errors"
	"path/filepath"
	"slices"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/editfile"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/homes"
)

// IDLeftover is what a run of this program has left beside a file that was killed right after it had changed that: the
// file as it was, with the very credentials in it that were taken out.
const IDLeftover = "leftover-file"

// Leftover is one such file.
type Leftover struct {
	Path   string
	Secret bool // there is a credential in it, or a part of one
}

func newLeftover(path string, text []byte) Leftover {
	file := &clients.File{Path: path, Text: text}
	secret := func(c clients.Credential) bool { return !c.Secret.Empty() }
	half := file.Malformed() != nil && bytes.Contains(text, []byte("auth")) // or gitlab-runner's
	return Leftover{Path: path, Secret: half ||
		slices.ContainsFunc(file.Entries(false), secret) || slices.ContainsFunc(file.Entries(true), secret)}
}

// leftBeside returns what was left beside a file of who asks.
func (l *Looking) leftBeside(path string) []Leftover {
	file := editfile.File{Path: path}
	file.Strict = file.InAnothers()
	var found []Leftover
	for _, path := range file.Leftovers() {
		text, err := (editfile.File{Path: path, Strict: file.Strict}).Read()
		if err != nil || text != nil { // else it is gone
			found = append(found, newLeftover(path, text))
		}
	}
	return found
}

// leftovers returns what was left in a home, in the directories of its config files.
func (s shelf) leftovers() []Leftover {
	var found []Leftover
	for _, dir := range []string{".docker", ".config/containers"} {
		names := s.leftIn(dir)
		if len(names) == 0 {
			continue
		}
		// Nobody locks another user's directory. What a run at work has there is gone soon.
		const soon = 50 * time.Millisecond
		time.Sleep(soon)
		still := s.leftIn(dir)
		for _, name := range names {
			text, err := s.dir.Read(dir+"/"+name, maxFile)
			ours := err == nil || errors.Is(err, homes.ErrTooLarge)
			if !ours || !slices.Contains(still, name) || !s.room.takes(text) {
				continue
			}
			found = append(found, newLeftover(filepath.Join(s.path, dir, name), text))
		}
	}
	return found
}

// leftIn returns the names of what was left in a directory.
func (s shelf) leftIn(dir string) []string {
	const most = 64
	names, _ := s.dir.Names(dir, most) // what cannot be read has been told of the file itself
	return slices.DeleteFunc(names, func(name string) bool {
		_, ours := editfile.LeftoverOf(name)
		return !ours
	})
}

// ofLeftovers finds what was left in the user's directories.
func (c *chart) ofLeftovers(all []Leftover) {
	for _, left := range all {
		of, _ := editfile.LeftoverOf(filepath.Base(left.Path))
		f := Finding{
			ID: IDLeftover, Severity: Warning, User: c.user.Name, Path: left.Path, Safe: c.user.Mine,
			Message: "a run of this program that was killed has left it beside " + of,
			Fix:     asUser(c.user, program+" doctor --fix --yes"),
		}
		if left.Secret {
			f.Message += ", with credentials in plaintext"
		}
		c.add(f)
	}
}
