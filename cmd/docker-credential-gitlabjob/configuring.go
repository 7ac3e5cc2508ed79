package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/configure"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/editfile"
)

// maxTries is how often others may log in while the rulings are made.
const maxTries = 10

// configuring is one run of configure.
type configuring struct {
	voice

	o       configureOptions
	job     credentials.Job
	helper  *credentials.Helper
	file    editfile.File
	theirs  bool // the file is another user's
	leave   bool // helpers stay as they are: nobody needs this one there
	marks   bool // empty marks go as well
	bare    bool // the file is like ~/.dockercfg
	told    bool // what stays is only noted: somebody else names it as what is wrong
	runner  *runnerPlan
	wishes  []configure.Wish
	rulings *rulings

	// instead is what else counts as a login of Docker's file: clients read it as long as that is not there.
	instead func(credentials.Host) []dockerconfig.Entry
	// finished is told how it ends: with what the file has, or would have, and what was done and not done.
	finished func(*dockerconfig.File, []configure.Outcome)
}

// configError says which config file cannot be understood.
type configError struct {
	path string
	err  error
}

func (e *configError) Error() string { return e.path + ": " + e.err.Error() }
func (e *configError) Unwrap() error { return e.err }

// newConfiguring finds the file, the hosts and the rules that count for them.
func (w world) newConfiguring(ctx context.Context, o configureOptions) (*configuring, error) {
	c := &configuring{voice: voice{w: w, quiet: o.quiet}, o: o, helper: protocolHelper("store", w)}
	c.job = c.helper.Job
	if c.job.Err != nil {
		c.note("%v; the good ones count", c.job.Err)
	}
	if err := c.findFile(ctx); err != nil {
		return c, err
	}
	c.rulings = newRulings(&credentials.Adopter{Helper: c.helper, Dry: o.dryRun})
	return c, nil
}

// findFile says which file it is about.
func (c *configuring) findFile(ctx context.Context) (err error) {
	switch {
	case c.o.runner:
		if c.runner, err = c.findRunner(ctx); err == nil {
			c.file = editfile.File{Path: c.runner.path, Strict: true}
		}
		return err
	case c.o.file != "":
		c.file = editfile.File{Path: c.o.file, Strict: true}
		return nil
	}
	if c.file.Path, err = dockerconfig.Path(c.w.getenv); err != nil {
		return err
	}
	// Root in another user's home, as after a sudo that keeps HOME, trusts nothing there. A job's container may have been
	// put together by anybody, and has nobody else in it.
	c.file.Strict = !c.job.Running() && c.file.InAnothers()
	return nil
}

// run makes the changes, or prints them.
func (c *configuring) run(ctx context.Context) error {
	before, f, err := c.read()
	if err != nil {
		return err
	}
	if c.o.remove {
		return c.remove(ctx, before)
	}
	if c.wishes, err = c.makeWishes(ctx, f); err != nil {
		return err
	}
	c.warn()
	for range maxTries {
		c.survey(ctx, f)
		outcomes, err := c.apply(f)
		switch {
		case err != nil:
			return err
		case c.o.dryRun:
			if err := c.w.diff(c.file.Path, before, f.Bytes()); err != nil {
				return err
			}
			return c.finish(ctx, f, outcomes)
		case !f.Changed():
			c.file.Tidy(ctx)
			return c.finish(ctx, f, outcomes)
		}
		err = c.edit(ctx, func(now []byte) ([]byte, error) {
			if f, err = c.parse(now); err != nil {
				return nil, err
			}
			if outcomes, err = c.apply(f); err != nil || !f.Changed() {
				return now, err
			}
			return f.Bytes(), nil
		})
		if err == nil {
			return c.finish(ctx, f, outcomes)
		}
		if !errors.Is(err, errUnruled) {
			c.rulings.tellMoved(c.w.note)
			return err
		}
		// An entry has come in meanwhile, by a `docker login`.
		if before, f, err = c.read(); err != nil {
			return err
		}
	}
	return errUnruled
}

// read reads the file, and notes whose it is: what is in another user's is not kept here, and nothing that it names is
// run.
func (c *configuring) read() (text []byte, f *dockerconfig.File, err error) {
	text, theirs, err := c.file.ReadOwned()
	if err != nil {
		return nil, nil, err
	}
	if theirs {
		c.theirs = true
		c.rulings = c.rulings.in(func(credentials.Host) error { return errTheirs })
	}
	f, err = c.parse(text)
	return text, f, err
}

// finish says what was done, and sees to gitlab-runner's service. An error of the service comes on top of those that
// the report has told already.
func (c *configuring) finish(ctx context.Context, f *dockerconfig.File, outcomes []configure.Outcome) error {
	if c.finished != nil {
		c.finished(f, outcomes)
	}
	reported := c.report(ctx, outcomes)
	if err := c.tellRunner(ctx, stillNamed(f), outcomes); err != nil {
		return err
	}
	return reported
}

// apply edits f by the rulings that were made. It returns errUnruled for an entry that has none.
func (c *configuring) apply(f *dockerconfig.File) ([]configure.Outcome, error) {
	var outcomes []configure.Outcome
	unruled := false
	for _, w := range c.wishes {
		unruled = unruled || !c.taken(f, w) && len(c.unaskedStores(f, w)) > 0
		outcomes = append(outcomes, configure.Apply(f, w, func(e dockerconfig.Entry) credentials.Ruling {
			ruling, known := c.rulings.of(w.Host, e)
			unruled = unruled || !known
			return ruling
		}))
	}
	if unruled {
		return nil, errUnruled
	}
	return outcomes, nil
}

// edit replaces the file. A Ctrl-C, SIGTERM or SIGHUP waits for its end, so that nothing is left beside the file.
func (c *configuring) edit(ctx context.Context, change func([]byte) ([]byte, error)) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	return c.file.Edit(ctx, change)
}

func (c *configuring) parse(text []byte) (*dockerconfig.File, error) {
	parse := dockerconfig.Parse
	if c.bare {
		parse = dockerconfig.ParseBare
	}
	f, err := parse(text)
	if err != nil {
		return nil, &configError{path: c.file.Path, err: err}
	}
	return f, nil
}

// warn tells what no config file can change.
func (c *configuring) warn() {
	for _, w := range c.wishes {
		c.warnOfVariable(w.Host)
	}
	if _, err := exec.LookPath(program); err != nil {
		c.note("%s is not on the PATH, where Docker looks for it", program)
	}
}

func (c *configuring) sayChanged(changed bool) {
	if changed {
		c.say("changed %s", c.file.Path)
	} else {
		c.say("nothing to change in %s", c.file.Path)
	}
}

// warnOfVariable tells of a credential in the environment, which no config file can outrank.
func (v voice) warnOfVariable(h credentials.Host) {
	f, err := dockerconfig.Parse([]byte(v.w.getenv("DOCKER_AUTH_CONFIG")))
	if err == nil && len(f.Entries(h)) > 0 {
		v.note("DOCKER_AUTH_CONFIG has a credential for %s: Docker's CLI (28.3 and later), crane and gitlab-runner "+
			"use that one instead", h)
	}
}
