package doctor

import (
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
)

// State is how it stands with a credential, in one word.
type State string

// The states. Those of kept tokens are called as in "status".
const (
	Valid      State = "valid"
	Stale      State = "stale" // a job token that was left behind
	Expired    State = "expired"
	Revoked    State = "revoked"
	Refused    State = "refused" // GitLab does not take it, for another reason
	Unchecked  State = "unknown" // only GitLab knows
	NoSecret   State = "empty"   // there is nothing to sign in with
	Unreadable State = "unreadable"
	Failing    State = "failed"  // a helper that does not answer with a credential
	Missing    State = "missing" // a helper that is not there
)

// Dead reports whether the credential is of no use to anybody.
func (s State) Dead() bool { return s == Stale || s == Expired || s == Revoked || s == Refused }

// Verdict is what is known of a credential.
type Verdict struct {
	Kind      credentials.Kind
	State     State
	ExpiresAt time.Time // UTC; zero: not known
	Why       string    // in a few words; "" where State says it
}

// Judge says how it stands with a credential for a registry.
type Judge struct {
	Job credentials.Job
	Now time.Time
	// Kept is what the vault has.
	Kept []Kept
	// Asked is what GitLab has said, of what it was asked about.
	Asked map[Asked]Verdict
}

// Asked is a credential that GitLab may be asked about. It stays in memory.
type Asked struct {
	Host     credentials.Host
	Username string
	Secret   credentials.Secret
}

// Of judges a credential that was found for h.
func (j Judge) Of(h credentials.Host, c clients.Credential) Verdict {
	switch {
	case c.Source == clients.FromJob && j.Job.Running():
		return Verdict{Kind: credentials.KindJob, State: Valid, Why: "the job's own token"}
	case c.Source == clients.FromJob:
		why := "the job's own token, where this is a registry of the job's GitLab"
		return Verdict{Kind: credentials.KindJob, State: Valid, Why: why}
	case c.Outcome == clients.Missing:
		name := "docker-credential-" + shownName(c.Helper, credentials.Secret{})
		return Verdict{State: Missing, Why: name + " is not on the PATH"}
	case c.Outcome == clients.Failed && c.Helper == "":
		return Verdict{State: Unreadable, Why: "it cannot be read"}
	case c.Outcome == clients.Failed:
		return Verdict{State: Failing, Why: c.Text}
	case c.Outcome == clients.Unknown:
		return Verdict{Kind: credentials.KindUnknown, State: Unchecked, Why: "another user's helper is not run"}
	case c.Identity:
		return Verdict{Kind: credentials.KindIdentity, State: Unchecked, Why: "GitLab gives out none"}
	case c.Secret.Empty():
		return Verdict{State: NoSecret}
	}
	return j.secret(h, c)
}

// secret judges one that has a secret.
func (j Judge) secret(h credentials.Host, c clients.Credential) Verdict {
	if j.Job.Running() && j.Job.Token.Equal(c.Secret) {
		return j.ofJob()
	}
	a := j.Job.Appraise(c.Username, c.Secret, j.Now)
	v := Verdict{Kind: a.Kind, State: Unchecked, ExpiresAt: a.ExpiresAt}
	switch asked, ok := j.Asked[Asked{h, c.Username, c.Secret}]; {
	case a.Kind == credentials.KindJob && a.Dead != "":
		v.State, v.Why = Stale, a.Dead
		return v
	case a.Dead != "":
		v.State, v.Why = Expired, a.Dead
		return v
	case ok:
		if asked.Kind == "" {
			asked.Kind = v.Kind
		}
		return asked
	}
	for _, k := range j.Kept {
		if !k.Secret.Empty() && k.Secret.Equal(c.Secret) {
			return j.ofKept(k)
		}
	}
	v.Why = "whether it is good only GitLab knows (--online)"
	return v
}

// ofJob judges the token of the job that this process runs in.
func (j Judge) ofJob() Verdict {
	v := Verdict{Kind: credentials.KindJob, State: Valid, Why: "this job's own token"}
	if at, known := j.Job.Dies(); known {
		v.ExpiresAt = at
	}
	if _, over := j.Job.Over(j.Now); over {
		v.State, v.Why = Expired, "the job is over, or this clock is wrong"
	}
	return v
}

// ofKept judges by what the catalogue says.
func (j Judge) ofKept(k Kept) Verdict {
	v := Verdict{Kind: k.Life.Kind, State: Valid, Why: "the very token that is kept"}
	if k.Life.Expiry == credentials.ExpiryKnown {
		v.ExpiresAt = k.Life.ExpiresAt
	}
	switch k.Life.State(j.Now) {
	case credentials.StateExpired:
		v.State = Expired
	case credentials.StateRevoked:
		v.State = Revoked
	case credentials.StateUnverified:
		v.State, v.Why = Unchecked, "GitLab has not verified it for 30 days, or never"
	}
	return v
}
