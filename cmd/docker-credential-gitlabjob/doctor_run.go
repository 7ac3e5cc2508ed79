package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"os/user"
	"runtime/debug"
	"slices"
	"strconv"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/doctor"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/homes"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/joblog"
)

// doctoring is one run of doctor.
type doctoring struct {
	voice

	o       doctorOptions
	helper  *credentials.Helper
	shown   *progress
	gitlab  *onceInspector
	me      homes.Account
	refusal *joblog.Refusal

	machine  doctor.Machine
	subjects doctor.Subjects
	left     []left // by --fix
}

// doctor is the verb.
func (w world) doctor(ctx context.Context, o doctorOptions) error {
	debug.SetGCPercent(400) // a thousand homes are decoded once, and almost all of it is kept until the end
	d := &doctoring{voice: voice{w: w, quiet: o.quiet || o.json}, o: o}
	d.shown = d.newProgress()
	defer d.shown.end()
	d.helper = newPeopleHelper(voice{w: w, quiet: true}, d.shown)
	d.gitlab = newOnceInspector(w.newClient(d.shown.step))
	d.helper.Inspector = d.gitlab
	d.me = account(w.getenv)
	if o.log {
		if err := d.readLog(); err != nil {
			return err
		}
	}
	report, err := d.examine(ctx)
	if err != nil {
		return err
	}
	unexplained := d.accountFor(&report)
	if o.fix {
		if report, err = d.fix(ctx, report); err != nil {
			return err
		}
		if unexplained { // else that was mended
			d.accountFor(&report)
		}
	}
	d.shown.end()
	return d.tell(report)
}

// examine looks at the machine and says what is wrong. A signal ends the helpers that are being asked as well.
func (d *doctoring) examine(ctx context.Context) (doctor.Report, error) {
	ctx, stop := signal.NotifyContext(ctx, ending...)
	defer stop()
	report, err := d.look(ctx)
	if ctx.Err() != nil {
		return doctor.Report{}, errInterrupted
	}
	return report, err
}

func (d *doctoring) look(ctx context.Context) (doctor.Report, error) {
	began := d.w.now()
	defer d.shown.end()
	looked := d.shown.stepAfter(unnoticed, "looking at this machine")
	defer looked()
	looking := &doctor.Looking{
		Env: os.Environ(), Getenv: d.w.getenv, Root: d.w.root, Me: d.me, Only: d.o.user, Program: d.program(ctx),
		Step: func(format string, args ...any) {
			if d.w.now().Sub(began) >= unnoticed {
				d.shown.step(fmt.Sprintf(format, args...))
			}
		},
	}
	var err error
	if d.machine, err = looking.Look(ctx); err != nil {
		return doctor.Report{}, err
	}
	d.machine.Session = d.session(ctx)
	if d.o.user == "" || d.o.user == d.me.Name {
		if d.machine.Kept, err = d.kept(ctx); err != nil {
			d.machine.Session.CatalogErr, d.machine.Session.CatalogFix = err, firstHint(err)
		}
	}
	d.asTheLogSays()
	if d.subjects, err = doctor.SubjectsFor(d.machine, d.o.image); err != nil {
		return doctor.Report{}, err
	}
	judge := doctor.Judge{Job: d.machine.Job, Now: d.w.now(), Kept: d.machine.Kept, Asked: d.remembered()}
	if d.o.online {
		looked()
		judge.Asked = d.ask(ctx, doctor.Credentials(d.machine, d.subjects, judge))
	}
	return doctor.Diagnose(d.machine, d.subjects, judge), nil
}

// kept returns the tokens that are kept, taken out of their vaults.
func (d *doctoring) kept(ctx context.Context) ([]doctor.Kept, error) {
	all, err := d.helper.Keeper.All(ctx)
	if err != nil {
		return nil, err
	}
	var kept []doctor.Kept
	failed := []error{d.machine.Session.VaultErr}
	for _, k := range all {
		one := doctor.Kept{Kept: k}
		if i := slices.IndexFunc(failed, func(err error) bool { return isHung(err, k.Vault) }); i >= 0 {
			one.Err = failed[i] // it is not waited for again
		} else {
			bounded, cancel := context.WithTimeout(ctx, promptly)
			token, err := d.helper.Keeper.Reveal(bounded, k)
			cancel()
			one.Secret, one.Err = token.Secret, err
			failed = append(failed, err)
		}
		one.Fix = commandFor(one.Err)
		kept = append(kept, one)
	}
	return kept, nil
}

// account returns who runs this, and where the account's home is.
func account(getenv func(string) string) homes.Account {
	me, err := user.Current()
	if err != nil {
		me = &user.User{Uid: strconv.Itoa(os.Geteuid()), Username: strconv.Itoa(os.Geteuid()), HomeDir: getenv("HOME")}
	}
	uid, err := strconv.Atoi(me.Uid)
	if err != nil {
		uid = -1 // Windows has none
	}
	return homes.Account{Name: me.Username, UID: uid, Dir: me.HomeDir}
}

// unnoticed is how long nobody wonders what is being done.
const unnoticed = time.Second
