package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/doctor"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlab"
)

// onceInspector asks GitLab once about each credential, whoever wants to know, and under whichever of its registries;
// where GitLab is out of reach for a registry, once about that; and no GitLab any more that has refused about a dozen
// in this run.
type onceInspector struct {
	client *gitlab.Client

	mu    sync.Mutex
	spent budget
	bases map[credentials.Host]based
	away  map[credentials.Host]error // what asking about another credential has come to
	known map[credentials.Question]inspected
	said  map[doctor.Asked]inspected // the same, by what was asked
}

// based is the GitLab behind a registry.
type based struct {
	base string
	err  error
}

type inspected struct {
	found credentials.Finding
	err   error
}

func newOnceInspector(of *gitlab.Client) *onceInspector {
	return &onceInspector{
		client: of, spent: budget{refused: make(map[string]int)},
		bases: make(map[credentials.Host]based), away: make(map[credentials.Host]error),
		known: make(map[credentials.Question]inspected), said: make(map[doctor.Asked]inspected),
	}
}

// Inspect implements credentials.Inspector. Its error is also one that is credentials.ErrTooMany.
func (o *onceInspector) Inspect(ctx context.Context, q credentials.Question) (credentials.Finding, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if q.GitLab == "" {
		at, ok := o.bases[q.Host]
		if !ok && len(o.bases) == mostInAll {
			return credentials.Finding{}, errManyInAll
		}
		if !ok {
			at.base, at.err = o.client.Base(ctx, q.Host)
			o.bases[q.Host] = at
		}
		if at.err != nil {
			return credentials.Finding{}, at.err
		}
		q.GitLab = at.base
	}
	what := q
	what.Host = credentials.Host{} // one GitLab says the same of it for each of its hosts
	known, ok := o.known[what]
	noMore := o.spent.noMore(q.GitLab)
	switch {
	case ok: // which costs nothing
	case o.away[q.Host] != nil:
		return credentials.Finding{}, o.away[q.Host]
	case noMore != nil:
		return credentials.Finding{}, noMore
	default:
		known.found, known.err = o.client.Inspect(ctx, q)
		o.spent.spend(q.GitLab, known.err)
		o.known[what] = known
		if errors.As(known.err, new(*credentials.UnreachableError)) {
			o.away[q.Host] = known.err
		}
	}
	o.said[doctor.Asked{Host: q.Host, Username: q.Username, Secret: q.Secret}] = known
	return known.found, known.err
}

// ask asks GitLab about credentials.
func (d *doctoring) ask(ctx context.Context, about []doctor.Asked) map[doctor.Asked]doctor.Verdict {
	verdicts := d.remembered()
	for _, a := range about {
		found, err := d.gitlab.Inspect(ctx, credentials.Question{Host: a.Host, Username: a.Username, Secret: a.Secret})
		verdicts[a] = d.verdict(found.Life, err)
	}
	d.shown.end()
	if ahead, known := d.gitlab.client.Clock(); known && ahead.Abs() > leeway && d.machine.Session.Clock == nil {
		d.machine.Session.Clock = fmt.Errorf("%w: the clock of GitLab is %v ahead", errClock, ahead.Round(time.Second))
	}
	return verdicts
}

// remembered is what GitLab has said in this run so far.
func (d *doctoring) remembered() map[doctor.Asked]doctor.Verdict {
	verdicts := make(map[doctor.Asked]doctor.Verdict)
	for about, said := range d.gitlab.said {
		verdicts[about] = d.verdict(said.found.Life, said.err)
	}
	return verdicts
}

// verdict is GitLab's word on a credential.
func (d *doctoring) verdict(life credentials.Life, err error) doctor.Verdict {
	var refused *credentials.RefusedError
	switch {
	case errors.As(err, &refused):
		v := doctor.Verdict{State: doctor.Refused, Why: "GitLab refuses it: " + string(refused.Why)}
		switch refused.Why {
		case credentials.RefusedExpired:
			v.State = doctor.Expired
		case credentials.RefusedRevoked:
			v.State = doctor.Revoked
		}
		if refused.Word != "" {
			v.Why += " (" + strconv.QuoteToGraphic(refused.Word) + ")"
		}
		return v
	case err != nil:
		return outOfReach(err)
	}
	v := doctor.Verdict{Kind: life.Kind, State: doctor.Valid, Why: "GitLab takes it"}
	if life.Name != "" {
		v.Why += " as " + strconv.Quote(life.Name)
	}
	if life.Expiry == credentials.ExpiryKnown {
		v.ExpiresAt = life.ExpiresAt
		if !d.w.now().Before(life.ExpiresAt) {
			v.Why += ", and by this machine's clock it has expired"
		}
	}
	return v
}

func outOfReach(err error) doctor.Verdict {
	return doctor.Verdict{State: doctor.Unchecked, Why: err.Error()}
}
