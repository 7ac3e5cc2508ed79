package credentials

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// ErrNotFound means that this helper has nothing to say about the host: nothing is kept, and it is no host of the job.
var ErrNotFound = errors.New("no credentials for this host")

// MissError takes the place of ErrNotFound where GITLABJOB_ON_MISS=error asks for it.
type MissError struct{ Host Host }

// Error implements error.
func (e *MissError) Error() string { return "no token is kept for " + e.Host.String() }

// JobOverError means that the host is the job's, and the job's token is dead.
type JobOverError struct {
	Host  Host
	Since time.Time // the token's "exp", UTC
}

// Error implements error.
func (e *JobOverError) Error() string {
	return fmt.Sprintf("the job token for %s has expired on %s: the job is over, or this clock is wrong",
		e.Host, e.Since.Format("2006-01-02 15:04:05 UTC"))
}

// BadLoginError means that a username or password cannot be right, whatever GitLab would say.
type BadLoginError struct{ Reason string }

// Error implements error.
func (e *BadLoginError) Error() string { return e.Reason }

// Refusal is why GitLab does not want a token.
type Refusal string

// Why GitLab does not want a token.
const (
	RefusedExpired  Refusal = "it has expired"
	RefusedRevoked  Refusal = "it was revoked"
	RefusedInactive Refusal = "it is not active"
	RefusedUnknown  Refusal = "it is not known there"
	RefusedBlocked  Refusal = "its user is blocked"
	RefusedNoRight  Refusal = "it has no registry right"
	RefusedScope    Refusal = "it has neither the scope self_rotate nor api"
	RefusedKind     Refusal = "it is no personal access token, and only those can do that"
	RefusedChange   Refusal = "GitLab will not do it"
)

// RefusedError means that GitLab was asked about a token and does not want it.
type RefusedError struct {
	Host   Host
	Why    Refusal
	Word   string // GitLab's own text, possibly empty
	ByAPI  bool   // the API has said so too, and not the registry's sign-in alone
	GitLab string // base URL
}

// Error quotes GitLab's text, so that it can be looked up.
func (e *RefusedError) Error() string {
	text := fmt.Sprintf("%s refuses the token for %s: %s", e.GitLab, e.Host, e.Why)
	if e.Word != "" {
		text += " (" + strconv.QuoteToGraphic(e.Word) + ")"
	}
	return text
}

// NotGitLabError means that the registry answers, and that no GitLab stands behind it.
type NotGitLabError struct {
	Host  Host
	Found string // what was found instead
}

// Error implements error.
func (e *NotGitLabError) Error() string {
	return fmt.Sprintf("%s is not a GitLab registry: %s", e.Host, e.Found)
}

// UnreachableError means that GitLab could not be asked.
type UnreachableError struct {
	Host Host
	Err  error
}

// Error implements error.
func (e *UnreachableError) Error() string {
	return fmt.Sprintf("GitLab could not be asked about the token for %s: %v", e.Host, e.Err)
}

// Unwrap returns what went wrong.
func (e *UnreachableError) Unwrap() error { return e.Err }
