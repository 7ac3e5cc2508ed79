package main

import (
	"context"
	"sort"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// status is one run of the verb.
type status struct {
	voice

	o      statusOptions
	helper *credentials.Helper
	shown  *progress
	notes  []string // they come after the table
	noted  map[string]bool
}

// status is the verb. What is wrong with one token does not keep the others from being shown.
func (w world) status(ctx context.Context, o statusOptions) error {
	s := &status{voice: voice{w: w, quiet: o.quiet}, o: o, noted: make(map[string]bool)}
	s.shown = s.newProgress()
	defer s.shown.end()
	s.helper = newPeopleHelper(s.voice, s.shown)
	rows := s.jobRows()
	all, err := s.wanted(ctx)
	if err != nil && len(rows) == 0 {
		return err
	}
	var p problems
	if err != nil {
		p.add(err)
	}
	kept, err := s.survey(ctx, all)
	if err != nil {
		p.add(err)
	}
	for _, r := range kept {
		if r.wrong != nil {
			p.add(r.wrong)
		}
	}
	rows = append(rows, kept...)
	sort.SliceStable(rows, func(i, j int) bool { return rows[i].Host.String() < rows[j].Host.String() })
	if err := s.show(rows); err != nil {
		return err
	}
	for _, note := range s.notes {
		s.note("%s", note)
	}
	return w.complainAll(p.all)
}

// show prints the answer.
func (s *status) show(rows []statusRow) error {
	var answer string
	switch {
	case s.quiet:
		return nil
	case s.o.json:
		answer = statusJSON(rows, s.w.now())
	case len(rows) > 0:
		answer = statusTable(rows, s.w.now(), s.w.colours(s.w.stdout))
	case s.w.getenv("GITLABJOB_KEYRING") == "none":
		answer = "nothing is kept, as GITLABJOB_KEYRING=none has it\n"
	default:
		answer = "nothing is kept; to keep a token, run: " + program + " login " + defaultRegistry + "\n"
	}
	if s.w.print(answer) != exitOK {
		return errReported
	}
	return nil
}
