package credentials

import (
	"context"
	"errors"
	"time"
)

// Helper is the policy of the four verbs. Its fields are set once, before use.
type Helper struct {
	Job       Job
	Keeper    Keeper
	Inspector Inspector
	Issuer    Issuer // for Rotate, Revoke and CheckAll
	Now       func() time.Time
	OnMiss    string                           // GITLABJOB_ON_MISS: "", "error" or "not-found"
	Trace     func(format string, args ...any) // each step of a decision; nil: nobody listens
	Note      func(format string, args ...any) // what a person should know of a success; nil: nobody listens
	Pause     func(time.Duration)              // waits; nil: nobody does
	Soon      func(served Kept)                // is told by Get of a kept token that has SoonDays left or less; or nil
}

// Get returns the credential for the registry that serverURL names: the job's token for the job's own hosts, else the
// kept token while it is good. It returns ErrNotFound when there is neither, a *NotGoodError or *JobOverError when what
// there is has died, a *BadHostError for a bad URL, and the Keeper's errors as they are.
func (h *Helper) Get(ctx context.Context, serverURL string) (username string, secret Secret, err error) {
	host, err := ParseHost(serverURL)
	if err != nil {
		return "", Secret{}, err
	}
	h.trace("asked for %s", host)
	miss := ErrNotFound
	if h.Job.Covers(host) {
		since, over := h.Job.Over(h.Now())
		if !over {
			h.trace("it is a host of this job: the job token answers")
			return JobUsername, h.Job.Token, nil
		}
		h.trace("it is a host of this job, but the job token has expired on %s", since.Format(time.RFC3339))
		miss = &JobOverError{Host: host, Since: since}
	} else if h.Job.Err != nil {
		return "", Secret{}, h.Job.Err
	} else if h.Job.Running() {
		h.trace("it is no host of this job (%d known)", len(h.Job.Hosts))
	}
	token, err := h.kept(ctx, host)
	if errors.Is(err, ErrNotKept) {
		err = miss
	}
	if err != nil {
		h.trace("no credential: %v", err)
		return "", Secret{}, h.onMiss(host, err)
	}
	h.trace("the kept token answers, with the username %q", token.Username)
	return token.Username, token.Secret, nil
}

// kept returns the token kept for host, if it is good now. What the catalogue calls dead is not even taken out.
func (h *Helper) kept(ctx context.Context, host Host) (Token, error) {
	kept, err := h.Keeper.Find(ctx, host)
	if err != nil {
		return Token{}, err
	}
	h.trace("the catalogue has a token in the vault %q, expiry %s %s", kept.Vault, kept.Life.Expiry, stamp(kept.Life))
	if kept.Rotation.Begun() {
		h.trace("it is being replaced since %s", kept.Rotation.Since.Format(time.RFC3339))
	} else if err := kept.Life.Check(h.Now()); err != nil {
		return Token{}, forHost(err, host)
	}
	token, err := h.Keeper.Reveal(ctx, kept)
	if err != nil {
		return Token{}, err
	}
	h.trace("the vault has it, expiry %s %s", token.Life.Expiry, stamp(token.Life))
	if err := token.Life.Check(h.Now()); err != nil {
		return Token{}, forHost(err, host)
	}
	if h.Soon != nil && token.Life.Within(SoonDays, h.Now()) {
		kept.Life = token.Life
		h.Soon(kept)
	}
	return token, nil
}

// Erase removes what is kept for the registry that serverURL names. For a host of the job there is nothing to remove:
// what the same user keeps for it outside of jobs is not the job's to take away.
func (h *Helper) Erase(ctx context.Context, serverURL string) error {
	host, err := ParseHost(serverURL)
	if err != nil {
		return err
	}
	if _, over := h.Job.Over(h.Now()); h.Job.Covers(host) && !over {
		h.trace("%s is a host of this job: nothing is kept of it, nothing to erase", host)
		return nil
	}
	h.trace("erasing what is kept for %s", host)
	if kept, err := h.Keeper.Find(ctx, host); err == nil && kept.Host != host {
		h.note("the token for %s still answers for %s, which is of the same GitLab", kept.Host, host)
	}
	return h.Keeper.Forget(ctx, host)
}

// List returns host and username of everything that Get would serve now. It opens no vault.
func (h *Helper) List(ctx context.Context) (map[string]string, error) {
	served := make(map[string]string)
	all, err := h.Keeper.Served(ctx)
	if err != nil {
		return nil, err
	}
	if h.Job.Err != nil {
		h.trace("only the job's hosts are listed: %v", h.Job.Err)
		all = nil // Get answers every other host with that error
	}
	for _, k := range all {
		if !k.Span.Good(h.Now()) {
			h.trace("not listed: the token for %s is not good now", k.Host)
			continue
		}
		served[k.Host.String()] = k.Username
	}
	if _, over := h.Job.Over(h.Now()); over {
		return served, nil
	}
	for _, own := range h.Job.Hosts {
		delete(served, own.Host.String())
		served[own.Spelt] = JobUsername
	}
	return served, nil
}

// onMiss gives "nothing kept" and "no longer good" the one answer that GITLABJOB_ON_MISS asks for. Other errors, a
// locked keyring for one, stay what they are.
func (h *Helper) onMiss(host Host, err error) error {
	var notGood *NotGoodError
	var jobOver *JobOverError
	nothing := errors.Is(err, ErrNotFound)
	if !nothing && !errors.As(err, &notGood) && !errors.As(err, &jobOver) {
		return err
	}
	switch h.OnMiss {
	case "":
		return err
	case "error":
		if nothing {
			return &MissError{Host: host}
		}
		return err
	case "not-found":
		h.trace("GITLABJOB_ON_MISS=not-found: the answer is that there is nothing")
		return ErrNotFound
	}
	return &BadVariableError{Name: "GITLABJOB_ON_MISS", Err: errors.New(`its value is neither "error" nor "not-found"`)}
}

func (h *Helper) trace(format string, args ...any) {
	if h.Trace != nil {
		h.Trace(format, args...)
	}
}

func (h *Helper) note(format string, args ...any) {
	if h.Note != nil {
		h.Note(format, args...)
	}
}

func stamp(l Life) string {
	if l.Expiry == ExpiryKnown {
		return l.ExpiresAt.Format(time.RFC3339)
	}
	return ""
}
