package main

import (
	"fmt"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

const (
	// mostRefused is about how many credentials one run lets a GitLab refuse: each may count towards a ban of this
	// machine's address, of 30 in 3 minutes on an instance that is strict.
	mostRefused = 12
	// mostInAll is about how many credentials all of them are asked about, and how many registries for their GitLab:
	// anybody's files may name any number of either.
	mostInAll = 60
)

// Why GitLab is not asked any more. Both are also credentials.ErrTooMany.
var (
	errManyRefused = &budgetError{fmt.Sprintf("GitLab has refused %d others in this run", mostRefused)}
	errManyInAll   = &budgetError{fmt.Sprintf("GitLab was asked about %d others in this run", mostInAll)}
)

type budgetError struct{ why string }

// Error implements error.
func (e *budgetError) Error() string { return e.why + "; run it again in some minutes" }

// Is says that it is an ErrTooMany.
func (e *budgetError) Is(target error) bool { return target == credentials.ErrTooMany }

// budget is what one run may still ask.
type budget struct {
	refused map[string]int // by the URL of the GitLab
	asked   int
}

// noMore says why a GitLab is not to be asked about another credential; nil: it may be.
func (b *budget) noMore(gitlab string) error {
	switch {
	case b.refused[gitlab] >= mostRefused:
		return errManyRefused
	case b.asked >= mostInAll:
		return errManyInAll
	}
	return nil
}

// spend notes that a GitLab was asked. What it takes costs no ban; what cannot be told from a refusal may have.
func (b *budget) spend(gitlab string, err error) {
	b.asked++
	if err != nil {
		b.refused[gitlab]++
	}
}
