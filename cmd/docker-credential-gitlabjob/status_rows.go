package main

import (
	"context"
	"errors"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// jobRows returns the row of the job's own token, if there is one and it is asked for.
func (s *status) jobRows() []statusRow {
	job := s.helper.Job
	if job.Err != nil {
		s.notes = append(s.notes, job.Err.Error()+"; the good ones count")
	}
	if len(job.Hosts) == 0 || s.o.host != (credentials.Host{}) && !job.Covers(s.o.host) {
		return nil
	}
	life := credentials.Life{
		Kind: credentials.KindJob, Expiry: credentials.ExpiryUnknown,
		GitLab: strings.TrimRight(s.w.getenv("CI_SERVER_URL"), "/"),
	}
	if at, known := job.Dies(); known {
		life.Expiry, life.ExpiresAt = credentials.ExpiryKnown, at
	}
	for _, other := range job.Hosts[1:] {
		life.Aliases = append(life.Aliases, other.Host)
	}
	r := statusRow{
		Kept:  credentials.Kept{Host: job.Hosts[0].Host, Username: credentials.JobUsername, Life: life},
		state: credentials.StateValid,
	}
	if _, over := job.Over(s.w.now()); over {
		r.state = credentials.StateExpired
	}
	return []statusRow{r}
}

// wanted returns what is kept, or what is kept for the registry that is asked for.
func (s *status) wanted(ctx context.Context) ([]credentials.Kept, error) {
	if s.o.host == (credentials.Host{}) {
		return s.helper.Keeper.All(ctx)
	}
	k, err := s.helper.Keeper.Find(ctx, s.o.host)
	switch {
	case errors.Is(err, credentials.ErrNotKept) && s.helper.Job.Covers(s.o.host):
		return nil, nil
	case errors.Is(err, credentials.ErrNotKept):
		return nil, &notKeptError{s.o.host}
	case err != nil:
		return nil, err
	}
	return []credentials.Kept{k}, nil
}
