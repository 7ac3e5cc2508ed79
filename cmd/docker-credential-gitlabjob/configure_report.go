package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"unicode"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/configure"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
)

// report says what was done, and what was not: that is an error outside of a job, where there is somebody to mend it.
func (c *configuring) report(ctx context.Context, outcomes []configure.Outcome) error {
	changed := false
	var p problems
	for _, out := range outcomes {
		if out.Other.Name != "" {
			p.add(&takenError{host: out.Host, key: dockerconfig.Shown(out.Other.Key), name: out.Other.Name})
			continue
		}
		changed = c.reportChanges(ctx, out) || changed
		for _, stays := range out.Stays {
			p.add(&staysError{where: c.file.Path, key: stays.Entry.Key, err: stays.Ruling.Err})
		}
		if out.Held {
			c.note("%s: Docker goes on as before, or that login would be out of its reach", out.Host)
		}
		c.reportStore(ctx, out.Host, &p)
	}
	if !c.o.dryRun {
		c.sayChanged(changed)
	}
	if c.job.Running() || c.told {
		for _, err := range p.all {
			c.note("%v", err)
		}
		return nil
	}
	return c.w.complainAll(p.all)
}

// reportChanges says what has become of one registry.
func (c *configuring) reportChanges(ctx context.Context, out configure.Outcome) (changed bool) {
	if !c.o.dryRun { // the diff says it
		for _, spelling := range out.Set {
			c.say("%s: Docker asks this helper now", dockerconfig.Shown(spelling))
		}
		for _, spelling := range out.Unset {
			c.say("%s: Docker does not ask this helper any more", dockerconfig.Shown(spelling))
		}
	}
	for _, gone := range out.Gone {
		c.say("%s: %s", out.Host, c.whatWentWhere(ctx, out.Host, strconv.Quote(gone.Entry.Key), gone.Ruling))
	}
	return len(out.Set)+len(out.Unset)+len(out.Gone) > 0 || out.Markers
}

// whatWentWhere says what has become of one credential.
func (c *configuring) whatWentWhere(
	ctx context.Context, h credentials.Host, what string, ruling credentials.Ruling,
) string {
	moved, tookOut := "moved ", "took out "
	if c.o.dryRun {
		moved, tookOut = "would move ", "would take out "
	}
	switch ruling.Fate {
	case credentials.Moves:
		vault := ""
		if kept, err := c.helper.Keeper.Find(ctx, h); err == nil && !c.o.dryRun {
			vault = " " + strconv.Quote(kept.Vault)
		}
		return moved + what + " to the vault" + vault + until(ruling.Life)
	case credentials.Goes:
		return tookOut + what + ": " + ruling.Why
	}
	return tookOut + what + " by force: " + ruling.Err.Error()
}

// until says when a token will have expired.
func until(l credentials.Life) string {
	name := ""
	if l.Name != "" {
		name = " (" + strconv.Quote(l.Name) + ")"
	}
	switch l.Expiry {
	case credentials.ExpiryKnown:
		return name + ", good until " + l.ExpiresAt.Format("2006-01-02 15:04 UTC")
	case credentials.ExpiryNever:
		return name + ", with no expiry"
	}
	return name + ", to be verified again in 30 days"
}

// reportStore takes out of another helper what is kept here now, and says so.
func (c *configuring) reportStore(ctx context.Context, h credentials.Host, p *problems) {
	for _, login := range c.rulings.logins[h] {
		where := "docker-credential-" + login.name
		switch {
		case login.ruling.Fate == credentials.Stays && c.o.force:
			c.note("the login for %s in %s stays there, and Docker does not ask for it any more", login.spelling, where)
		case login.ruling.Fate == credentials.Stays:
			p.add(&staysError{
				where: where, key: dockerconfig.Shown(login.spelling), err: login.ruling.Err, inStore: true,
			})
		default:
			c.say("%s: %s", h, c.whatWentWhere(ctx, h, "the login in "+where, login.ruling))
			if c.o.dryRun {
				continue
			}
			err := login.erase(ctx)
			if errors.Is(err, errAnotherLogin) {
				p.add(&staysError{where: where, key: dockerconfig.Shown(login.spelling), err: err, inStore: true})
			} else if err != nil {
				c.note("the login for %s in %s stays there: %v", dockerconfig.Shown(login.spelling), where, err)
			}
		}
	}
	delete(c.rulings.logins, h) // said once
}

// problems are what keeps a registry from being configured wholly.
type problems struct{ all []error }

func (p *problems) add(err error) { p.all = append(p.all, err) }

// complainAll prints an error line for each error and then what to do, each thing once.
func (w world) complainAll(errs []error) error {
	if len(errs) == 0 {
		return nil
	}
	var hints []string
	for _, err := range errs {
		w.complain(err.Error())
		for _, hint := range hintsFor(err) {
			if !slices.Contains(hints, hint) {
				hints = append(hints, hint)
			}
		}
	}
	for _, hint := range hints {
		w.hint(hint)
	}
	return errReported
}

// diff prints what would be changed, without secrets.
func (w world) diff(path string, before, after []byte) error {
	if bytes.Equal(before, after) {
		return nil
	}
	text := bytes.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
			return ' ' // nothing from the file may break or colour the terminal
		}
		return r
	}, diff.Diff(path, shown(before), path+" (configured)", shown(after)))
	if _, err := w.stdout.Write(text); err != nil {
		return errors.New("the changes could not be printed: " + err.Error())
	}
	return nil
}

func shown(config []byte) []byte {
	text := dockerconfig.Redacted(config)
	if len(text) > 0 && text[len(text)-1] != '\n' {
		text = append(text, '\n') // or a diff of the last line says nothing but that this is missing
	}
	return text
}

// staysError names a credential that was left where it is.
type staysError struct {
	where, key string
	err        error
	inStore    bool // where is another helper, and no file
}

func (e *staysError) Error() string {
	return e.where + ": " + strconv.Quote(e.key) + " stays: " + e.err.Error()
}
func (e *staysError) Unwrap() error { return e.err }

// takenError names a helper that answers for the registry already.
type takenError struct {
	host      credentials.Host
	key, name string
}

func (e *takenError) Error() string {
	return fmt.Sprintf("docker-credential-%s answers for %s, by credHelpers[%q]", e.name, e.host, e.key)
}
