package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// ending are the signals with which a person or the system ends a program.
var ending = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT}

// rotating is one run of the verb.
type rotating struct {
	voice

	o      rotateOptions
	helper *credentials.Helper
	shown  *progress
	done   map[credentials.Host]bool
}

func (w world) rotate(ctx context.Context, o rotateOptions) error {
	r := &rotating{voice: voice{w: w, quiet: o.quiet}, o: o, done: make(map[credentials.Host]bool)}
	r.shown = r.newProgress()
	defer r.shown.end()
	r.helper = newPeopleHelper(r.voice, r.shown)
	all, err := r.wanted(ctx)
	if err != nil {
		return err
	}
	// What would end the program ends what can be asked again, and waits for the end of a rotation: between GitLab's
	// answer and the vault it would cost the token. So would a pipe that nobody reads any more.
	ctx, stop := signal.NotifyContext(ctx, ending...)
	defer stop()
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	var p problems
	for _, k := range all {
		if r.done[k.Host] {
			continue // it had the same token as another registry
		}
		if err := r.one(ctx, k); err != nil && !errors.Is(err, context.Canceled) {
			p.add(err)
		}
		if ctx.Err() != nil {
			if err := w.complainAll(p.all); err != nil {
				return err
			}
			return errInterrupted
		}
	}
	return w.complainAll(p.all)
}

// wanted returns what is to be rotated, the same token as often as it is kept.
func (r *rotating) wanted(ctx context.Context) ([]credentials.Kept, error) {
	if r.o.all {
		all, err := r.helper.Keeper.All(ctx)
		if err == nil && len(all) == 0 {
			r.say("nothing is kept")
		}
		return all, err
	}
	host, err := r.w.only(ctx, r.o.host, "")
	if err != nil {
		return nil, err
	}
	k, err := r.helper.Keeper.Find(ctx, host)
	if errors.Is(err, credentials.ErrNotKept) {
		err = &notKeptError{host}
	}
	return []credentials.Kept{k}, err
}

// one rotates one token, if it is time.
func (r *rotating) one(ctx context.Context, k credentials.Kept) error {
	if r.o.within >= 0 && !k.Rotation.Begun() && !k.Life.Within(r.o.within, r.w.now()) {
		r.say("%s: nothing to do, %s", k.Host, r.howLong(k.Life))
		return nil
	}
	if r.o.all && k.Life.Kind == credentials.KindDeploy {
		r.say("%s: nothing to do, only personal access tokens can be rotated", k.Host)
		return nil
	}
	rotated, err := r.helper.Rotate(ctx, k, r.o.expires)
	r.shown.end()
	var lost *credentials.NewTokenLostError
	var refused *credentials.RefusedError
	switch {
	case r.o.all && errors.As(err, &refused) && refused.Why == credentials.RefusedKind:
		r.say("%s: nothing to do, only personal access tokens can be rotated", k.Host)
		return nil
	case errors.Is(err, credentials.ErrKeptMeanwhile):
		r.say("%s: nothing to do, another process has just replaced the token", k.Host)
		return nil
	case errors.As(err, &lost):
		if err := r.rescue(ctx, lost); err != nil {
			return err
		}
		if k, err = r.helper.Keeper.Find(ctx, k.Host); err != nil {
			return err
		}
		rotated = []credentials.Kept{k}
	case len(rotated) == 0:
		return err
	}
	for i, k := range rotated {
		r.done[k.Host] = true
		r.say("%s: the token was replaced by a new one", k.Host)
		if i == 0 {
			r.details(k, answered(ctx, r.helper.Keeper, k))
		}
	}
	return err // of a new token that is not good at once, by this machine's clock
}

// howLong says why a token need not be rotated yet.
func (r *rotating) howLong(l credentials.Life) string {
	switch l.Expiry {
	case credentials.ExpiryKnown:
		return "the token expires " + inDays(l, r.w.now())
	case credentials.ExpiryNever:
		return "the token never expires"
	}
	return "when the token expires is not known"
}

// rescue lets a person at a terminal mend the vault while the new token, which GitLab gives out once, is still in
// memory.
func (r *rotating) rescue(ctx context.Context, lost *credentials.NewTokenLostError) error {
	ctx = context.WithoutCancel(ctx) // what came before knew nothing of what it would cost
	held := make(chan os.Signal, 1)
	signal.Notify(held, ending...)
	defer signal.Stop(held)
	for {
		if _, terminal := isTerminal(r.w.stdin); !terminal {
			return lost
		}
		r.w.complain(lost.Error(), hintsFor(lost.Err)...)
		r.w.hint("this program has the new token in memory: mend the vault in another window, then press Enter here")
		pressed := make(chan error, 1)
		go func() {
			_, err := r.w.ask("press Enter to try again, Ctrl-C to give the token up ")
			pressed <- err
		}()
		select {
		case <-held:
			return lost
		case err := <-pressed:
			if err != nil {
				return lost
			}
		}
		if lost.Err = lost.Again(ctx); lost.Err == nil {
			return nil
		}
	}
}
