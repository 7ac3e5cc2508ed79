package main

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/doctor"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/editfile"
)

// tidier removes what a killed run has left beside a file.
type tidier struct {
	*doctoring

	left, of string
	dry      bool
}

// errStillThere means that it could not be removed.
var errStillThere = errors.New("what a killed run has left there cannot be removed")

func (m *tidier) where() string { return m.left }

func (m *tidier) mend(ctx context.Context) error {
	if m.dry {
		m.say("  would remove it")
		return nil
	}
	file := editfile.File{Path: m.of}
	file.Strict = file.InAnothers()
	file.Tidy(ctx) // or the mender of the file has removed it
	if _, err := os.Lstat(m.left); !errors.Is(err, fs.ErrNotExist) {
		return errStillThere
	}
	m.say("  removed it")
	return nil
}

// tidiers returns what removes the leftovers that were found.
func (d *doctoring) tidiers(r doctor.Report, dry bool) []mender {
	var tidiers []mender
	for _, f := range r.Findings {
		if of, ok := editfile.LeftoverOf(f.Path); ok && f.ID == doctor.IDLeftover && f.Safe {
			tidiers = append(tidiers, &tidier{doctoring: d, left: f.Path, of: of, dry: dry})
		}
	}
	return tidiers
}
