package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/doctor"
)

// mender changes one file.
type mender interface {
	// mend makes the changes, or with dry prints what they would be. It says what it does, and notes what it cannot.
	mend(ctx context.Context, dry bool) error
}

// errUnmended means that somebody has to be asked before anything is changed, and nobody is there.
var errUnmended = errors.New("nothing was mended: there is no terminal to ask at")

// fix mends what is safe, after it has shown what that is, and looks again.
func (d *doctoring) fix(ctx context.Context, before doctor.Report) (doctor.Report, error) {
	menders := d.menders(before)
	if len(menders) == 0 {
		return before, nil
	}
	if !d.o.yes {
		d.say("what would be mended:")
	}
	if err := d.mendAll(ctx, menders, !d.o.yes); err != nil {
		return before, err
	}
	if !d.o.yes {
		if _, ok := isTerminal(d.w.stdin); !ok {
			return before, errUnmended
		}
		if !d.w.agrees("mend that?") {
			return before, nil
		}
		if err := d.mendAll(ctx, d.menders(before), false); err != nil {
			return before, err
		}
	}
	d.shown.end()
	d.say("")
	after, err := d.examine(ctx)
	for i, f := range after.Findings {
		if f.Safe && !d.o.force {
			after.Findings[i].Fix = strings.Replace(f.Fix, "doctor --fix --yes", "doctor --fix --force --yes", 1)
			after.Findings[i].Safe = false
		}
	}
	return after, err
}

// mendAll lets each mend its file. One that cannot does not keep the others from it.
func (d *doctoring) mendAll(ctx context.Context, menders []mender, dry bool) error {
	for _, m := range menders {
		if err := m.mend(ctx, dry); err != nil && !errors.Is(err, errReported) {
			d.w.note("%v", err) // what is wrong with the file is among the findings
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// menders returns what can be mended of what was found, a mender for each file.
func (d *doctoring) menders(r doctor.Report) []mender {
	var menders []mender
	rulings := d.newRulings()
	for _, u := range d.machine.Users {
		var all []credentials.Host // for which this user has something that is mended
		for _, f := range u.Files {
			hosts := safeAt(r, u, f.Path)
			all = append(all, hosts...)
			if len(hosts) > 0 && f.File != u.Places.Docker {
				menders = append(menders, d.fileMender(u, f, hosts, rulings(u)))
			}
		}
		// Docker's file comes last, and asks this helper for all that has moved to the vault.
		if !u.Mine || u.Second() {
			all = nil
			if u.Places.Docker != nil {
				all = safeAt(r, u, u.Places.Docker.Path)
			}
		} else if u.Places.Docker == nil {
			all = append(all, safeAt(r, u, "")...)
		}
		if len(all) > 0 {
			menders = append(menders, d.fileMender(u, dockerPlace(u), unique(all), rulings(u)))
		}
		if !u.Pulls {
			continue
		}
		for _, c := range d.machine.Runner.Configs {
			if hosts := safeAt(r, u, c.Path); len(hosts) > 0 {
				menders = append(menders, &runnerMender{doctoring: d, path: c.Path, hosts: hosts, rulings: rulings(u)})
			}
		}
	}
	return menders
}

// dockerPlace is where a user's Docker has its file, which is yet to be made where there is none.
func dockerPlace(u doctor.User) *doctor.Place {
	for _, f := range u.Files {
		if f.File == u.Places.Docker {
			return f
		}
	}
	return &doctor.Place{Format: doctor.DockerFile}
}

func unique(hosts []credentials.Host) []credentials.Host {
	var once []credentials.Host
	for _, h := range hosts {
		if !slices.Contains(once, h) {
			once = append(once, h)
		}
	}
	return once
}

// safeAt returns the registries for which something is to be mended in a file of a user's.
func safeAt(r doctor.Report, u doctor.User, path string) []credentials.Host {
	var hosts []credentials.Host
	for _, f := range r.Findings {
		if f.Safe && f.Path == path && f.User == u.Name {
			hosts = append(hosts, f.Host)
		}
	}
	return unique(hosts)
}

// newRulings returns how the rulings on a user's credentials are made. What is another user's, or lies in the files of
// a job, is kept by nobody here: it goes if it is dead, and stays if it is not.
func (d *doctoring) newRulings() func(doctor.User) *rulings {
	made := make(map[bool]*rulings)
	return func(u doctor.User) *rulings {
		if made[u.Mine] == nil {
			helper := *d.helper
			helper.Job.Token, helper.Job.Hosts = credentials.Secret{}, nil
			adopter := &credentials.Adopter{Helper: &helper}
			switch {
			case !u.Mine:
				adopter.Elsewhere = errTheirs
			case d.helper.Job.Running():
				adopter.Elsewhere = errInJob
			}
			made[u.Mine] = newRulings(adopter)
		}
		return made[u.Mine]
	}
}

// errInJob is why a good credential stays in a job's files.
var errInJob = errors.New("it is good, and a job keeps nothing")
