package main

import (
	"errors"
	"fmt"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// statusRow is one token of the answer.
type statusRow struct {
	credentials.Kept

	state   credentials.State
	text    string // the state for people, where state does not say it; else ""
	problem string // why it cannot be served, or could not be looked at; ""
	wrong   error  // what is to be complained about
	gone    bool   // it was removed meanwhile
}

// The problems that have a name; others have the text of an error.
const (
	problemLost        = "lost"
	problemInterrupted = "rotation interrupted"
	problemVault       = "vault unreadable"
)

// judge says how it stands with k, of which err was found. What "get" could not serve is never called valid.
func (s *status) judge(k credentials.Kept, err error) statusRow {
	now := s.w.now()
	r := statusRow{Kept: k, state: k.Life.State(now)}
	var refused *credentials.RefusedError
	var vault *keyring.VaultError
	switch {
	case err == nil:
	case errors.Is(err, credentials.ErrNotKept):
		r.gone = true
	case errors.As(err, new(*credentials.InterruptedError)):
		// Nobody knows whether GitLab takes the old token, whatever was known of it.
		r.state, r.text = credentials.StateUnverified, "rotation was interrupted, log in again"
		r.problem, r.wrong = problemInterrupted, err
		return r
	case errors.Is(err, credentials.ErrLost):
		r.text, r.problem, r.wrong = problemLost, problemLost, err
	case errors.As(err, &refused):
		r.text, r.wrong = "refused: "+string(refused.Why), err
		r.problem = r.text
	case errors.As(err, &vault):
		r.problem = problemVault
		if s.o.check { // it was to be asked about, and was not
			r.wrong = fmt.Errorf("GitLab was not asked about the token for %s: %w", k.Host, err)
			break
		}
		s.noteOnce(vault.Vault, "%v; whether it has what was put there cannot be told", err)
	case errors.As(err, new(*credentials.UnreachableError)), errors.Is(err, keyring.ErrBusy):
		s.noteOnce(k.Host.String(), "%v", err)
	default:
		r.text, r.problem, r.wrong = "unclear", oneLine(err.Error()), err
	}
	var bad *credentials.NotGoodError
	dead := r.state == credentials.StateExpired || r.state == credentials.StateRevoked
	switch {
	case dead && errors.As(k.Life.Check(now), &bad):
		bad.Host = k.Host
		r.text, r.wrong = "", bad
	case r.wrong != nil && r.problem != problemVault:
		r.state = credentials.StateUnverified
	}
	return r
}

// advise notes what will come to be a problem, with the command that keeps it from becoming one.
func (s *status) advise(r statusRow) {
	if r.wrong != nil || s.quiet {
		return
	}
	var bad *credentials.NotGoodError
	check := program + " status --check " + r.Host.String()
	switch {
	case r.state == credentials.StateExpiring:
		s.noteOnce(r.ID, "%s; run: %s", soon(r.Kept, s.w.now()), renewCommand(r.Kept))
	case r.state != credentials.StateUnverified || s.o.check:
	case errors.As(r.Life.Check(s.w.now()), &bad):
		bad.Host = r.Host
		s.noteOnce(r.ID, "%v; run: %s", bad, check)
	default:
		s.noteOnce(r.ID, "GitLab has not said yet that it takes the token for %s; run: %s", r.Host, check)
	}
}

// noteOnce notes something about what, unless that was noted already.
func (s *status) noteOnce(what, format string, args ...any) {
	if !s.noted[what] {
		s.noted[what] = true
		s.notes = append(s.notes, fmt.Sprintf(format, args...))
	}
}
