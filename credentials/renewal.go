package credentials

import (
	"context"
	"fmt"
	"time"
)

// Rotation is the note that a kept token is being replaced. From the moment it is written nobody knows without asking
// whether GitLab still takes the old token. Without an ID it only says when that was tried in vain.
type Rotation struct {
	ID    string    `json:"id,omitempty"` // of the record that the new token is going to have
	Since time.Time `json:"since"`        // UTC
}

// Begun reports whether there is such a note.
func (r Rotation) Begun() bool { return r.ID != "" }

// Renewal is a secret about to be replaced, for every host that it is kept for.
type Renewal interface {
	// Token is what is kept. Of an interrupted Renewal it may be out of reach.
	Token() (Token, error)
	// Hosts are those that have this very secret.
	Hosts() []Kept
	// Interrupted says since when an earlier Renewal has been without an end, if one has.
	Interrupted() (since time.Time, is bool)
	// Finished reports whether an earlier Renewal, interrupted after the new secret was written, was brought to its end
	// just now: what is kept is new.
	Finished() bool
	// Intend notes that the secret is about to be replaced. From then on it is not served before Commit or Withdraw.
	Intend(ctx context.Context, now time.Time) error
	// Withdraw takes the note away: the secret is what it was. Unless that is sure for good, it leaves behind when this
	// was tried, so that nobody tries again too soon.
	Withdraw(ctx context.Context, sure bool) error
	// Commit keeps t in place of the secret, wherever that is possible, and then takes the note away. After an error it
	// may be called again.
	Commit(ctx context.Context, t Token) error
	// Forget removes the secret from every vault that has it, and the hosts from the catalogue.
	Forget(ctx context.Context) error
	// Close lets other processes in. It may be called twice.
	Close()
}

// InterruptedError means that a rotation has begun and not ended, and that the new token was not written: GitLab may
// have replaced the token that is kept.
type InterruptedError struct {
	Host  Host
	Since time.Time // UTC
}

// Error implements error.
func (e *InterruptedError) Error() string {
	return fmt.Sprintf("the token for %s: its rotation was interrupted on %s, log in again",
		e.Host, e.Since.UTC().Format("2006-01-02 15:04 UTC"))
}
