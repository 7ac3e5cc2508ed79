package main

import (
	"context"
	"errors"
	"os/signal"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/doctor"
)

// mender changes one file, or says what it would change.
type mender interface {
	// mend makes the changes. It says what it does, and notes what it cannot.
	mend(ctx context.Context) error
	// where is the path of the file.
	where() string
}

// errUnmended means that somebody has to be asked before anything is changed, and nobody is there.
var errUnmended = errors.New("nothing was mended: there is no terminal to ask at")

// fix mends what is safe, after it has shown what that is, and looks again.
func (d *doctoring) fix(ctx context.Context, before doctor.Report) (doctor.Report, error) {
	if len(d.menders(before, true)) == 0 {
		return before, nil
	}
	if !d.o.yes {
		d.say("what would be mended:")
		if err := d.mendAll(ctx, d.menders(before, true)); err != nil {
			return before, err
		}
		if _, ok := isTerminal(d.w.stdin); !ok {
			return before, errUnmended
		}
		d.shown.end()
		if !d.w.agrees("mend that?") {
			return d.examine(ctx) // GitLab has been asked meanwhile
		}
	}
	d.left = nil
	if err := d.mendAll(ctx, d.menders(before, false)); err != nil {
		return before, err
	}
	d.shown.end()
	d.say("")
	after, err := d.examine(ctx)
	d.explain(after.Findings)
	return after, err
}

// mendAll lets each mend its file. One that cannot does not keep the others from it.
func (d *doctoring) mendAll(ctx context.Context, menders []mender) error {
	ctx, stop := signal.NotifyContext(ctx, ending...)
	defer stop()
	for _, m := range menders {
		d.say("%s:", m.where())
		if err := m.mend(ctx); err != nil && !errors.Is(err, errReported) {
			d.shown.end()
			d.w.note("%v", err) // what is wrong with the file is among the findings
			d.left = append(d.left, left{path: m.where(), err: err})
		}
		if ctx.Err() != nil {
			return errInterrupted
		}
	}
	return nil
}

// menders returns what can be mended of what was found, a mender for each file.
func (d *doctoring) menders(r doctor.Report, dry bool) []mender {
	var menders []mender
	mine, theirs := d.newRulings(dry), d.newRulings(dry)
	for _, u := range d.machine.Users {
		rulings := theirs
		if u.Mine {
			rulings = mine
		}
		// Docker's own file goes first: the login that Docker uses has the first claim to the registry's one place in the
		// vault, and whether anything may move there out of podman's files depends on what Docker's file names.
		own := d.ownMender(r, u, rulings)
		if own != nil {
			menders = append(menders, own)
		}
		for _, f := range u.Files {
			hosts := d.mendable(r, u, f.Path)
			if len(hosts) > 0 && f.File != u.Places.Docker && f.Format != doctor.Variable {
				menders = append(menders, d.fileMender(u, f, hosts, rulings, own))
			}
		}
		if !u.Pulls {
			continue
		}
		for _, c := range d.machine.Runner.Configs {
			if hosts := d.mendable(r, u, c.Path); len(hosts) > 0 {
				stays := func(credentials.Host) error { return d.whose(u, errGivenToJobs) }
				menders = append(menders, &runnerMender{
					doctoring: d, path: c.Path, hosts: hosts, rulings: rulings.in(stays),
				})
			}
		}
	}
	return append(menders, d.tidiers(r, dry)...)
}

// mendable returns the registries for which something is to be mended in a file of a user's. An entry that nobody can
// read goes by force only.
func (d *doctoring) mendable(r doctor.Report, u doctor.User, path string) []credentials.Host {
	var hosts []credentials.Host
	for _, f := range r.Findings {
		forced := d.o.force && f.ID == doctor.IDUnreadable && f.Host != (credentials.Host{})
		if (f.Safe || forced) && f.Path == path && f.User == u.Name {
			hosts = append(hosts, f.Host)
		}
	}
	return unique(hosts)
}

// newRulings returns how the rulings on one person's credentials are made: what a file says comes on top (see stays).
func (d *doctoring) newRulings(dry bool) *rulings {
	helper := *d.helper
	helper.Job.Token, helper.Job.Hosts = credentials.Secret{}, nil // in a job GitLab is asked as well
	made := newRulings(&credentials.Adopter{Helper: &helper, Dry: dry, Bounded: true})
	made.shown = d.shown
	return made
}
