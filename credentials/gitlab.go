package credentials

import (
	"context"
	"time"
)

// Question is a credential that GitLab is asked about.
type Question struct {
	Host     Host
	Username string // a personal access token is taken under any
	Secret   Secret
	// GitLab is the base URL of the GitLab behind Host, without a slash at its end; "": the registry is asked for it.
	GitLab string
}

// Finding is what GitLab says of a credential that it takes.
type Finding struct {
	Life      Life
	User      string    // who the credential belongs to; "" where GitLab does not tell
	CreatedAt time.Time // UTC; zero where GitLab does not tell
}

// Inspector asks GitLab about a credential. Package internal/gitlab implements it.
type Inspector interface {
	// Inspect returns what GitLab says of the credential, or a *RefusedError, a *NotGitLabError or an *UnreachableError.
	Inspect(ctx context.Context, q Question) (Finding, error)
}

// Issuer is what GitLab lets a personal access token ask about and do to itself. Package internal/gitlab implements it.
// Its errors are those of Inspector.
type Issuer interface {
	// Self returns what GitLab says of the token. It changes nothing.
	Self(ctx context.Context, q Question) (Finding, error)
	// Rotate lets GitLab replace the token by a new one that expires at the start of that day, and returns it. The old
	// one is dead then. An *UncertainError means that it may be dead, and that nobody has the new one.
	Rotate(ctx context.Context, q Question, expires time.Time) (Secret, Finding, error)
	// Revoke makes the token worthless. It is no error when it was that already.
	Revoke(ctx context.Context, q Question) error
}

// UncertainError means that a change was sent to GitLab, and that its answer did not arrive.
type UncertainError struct {
	Err      error
	Answered bool // GitLab, or what stands before it, has answered: its work on the request is over
}

// Error implements error.
func (e *UncertainError) Error() string { return e.Err.Error() }

// Unwrap returns what went wrong.
func (e *UncertainError) Unwrap() error { return e.Err }
