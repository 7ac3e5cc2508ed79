package main

import (
	"errors"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

const loginCommand = program + " login"

func loginFor(h credentials.Host) string { return loginCommand + " " + h.String() }

// hintedError is an error with hints that only the verb knows which has met it.
type hintedError struct {
	err   error
	hints []string
}

func (e *hintedError) Error() string { return e.err.Error() }
func (e *hintedError) Unwrap() error { return e.err }

// notKeptError means that a person means a registry that nothing is kept for.
type notKeptError struct{ host credentials.Host }

func (e *notKeptError) Error() string { return "no token is kept for " + e.host.String() }

// lifeHints says what to do about what a token meets after it was kept, and about what a person wants of it. It is nil
// for other errors.
func lifeHints(err error) []string {
	var interrupted *credentials.InterruptedError
	var lost *credentials.NewTokenLostError
	var refused *credentials.RefusedError
	var notKept *notKeptError
	switch {
	case errors.As(err, &interrupted):
		return []string{
			"run: " + loginFor(interrupted.Host),
			"or see whether GitLab has replaced it at all: " + program + " status --check " + interrupted.Host.String(),
		}
	case errors.As(err, &lost):
		return append(hintsFor(lost.Err), "make a new token in GitLab, then run: "+loginFor(lost.Host))
	case errors.As(err, new(*credentials.UncertainError)):
		return []string{"the token is as good as before; run the same command again in a minute"}
	case errors.Is(err, credentials.ErrKeptMeanwhile), errors.Is(err, credentials.ErrNotKept):
		return []string{"see what is kept by now: " + program + " status"}
	case errors.Is(err, credentials.ErrTooSoon):
		return []string{"run the same command again in a minute"}
	case errors.As(err, &notKept):
		return []string{"run: " + loginFor(notKept.host)}
	case errors.Is(err, errNothingKept):
		return []string{"run: " + loginCommand + " REGISTRY"}
	case errors.Is(err, errWhich):
		return []string{"name one of those that are listed by: " + program + " status"}
	case errors.Is(err, errNoTerminal):
		return []string{"give the token on standard input: " + loginCommand + " --token-stdin REGISTRY < FILE"}
	case errors.As(err, &refused) && refused.Why == credentials.RefusedKind:
		return []string{"a maintainer can revoke or replace it in GitLab; then run: " + loginFor(refused.Host),
			"without being revoked it is removed by: " + program + " logout " + refused.Host.String()}
	case errors.As(err, &refused) && refused.Why == credentials.RefusedChange:
		return []string{"see what GitLab says; a day is chosen with: " + program + " rotate --expires DATE " +
			refused.Host.String()}
	}
	return nil
}
