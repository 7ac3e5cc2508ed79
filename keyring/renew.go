package keyring

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// renewal implements credentials.Renewal. It holds the lock.
type renewal struct {
	k    *Keyring
	dir  string
	lock *flock.Flock
	kept []credentials.Kept // every host with this secret, the one that was asked for first

	id          string // of the record that the new token has, or will have
	token       credentials.Token
	tokenErr    error
	interrupted time.Time // zero: it was not
	finished    bool
}

// Renew implements credentials.Keeper.
func (k *Keyring) Renew(ctx context.Context, seen credentials.Kept) (credentials.Renewal, error) {
	dir, err := stateDir(k.Getenv)
	if err != nil {
		return nil, err
	}
	lock, err := takeLock(ctx, dir)
	if err != nil {
		return nil, err
	}
	r := &renewal{k: k, dir: dir, lock: lock, id: newID()}
	if err := r.begin(ctx, seen); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// begin finds out how things stand.
func (r *renewal) begin(ctx context.Context, seen credentials.Kept) error {
	if err := r.read(seen.Host); err != nil {
		return err
	}
	first := r.kept[0]
	if first.ID != seen.ID {
		return credentials.ErrKeptMeanwhile
	}
	if first.Rotation.Begun() {
		r.id, r.interrupted = first.Rotation.ID, first.Rotation.Since
		switch token, err := r.k.findRotated(ctx, first); {
		case err == nil:
			r.k.trace("a rotation was cut short after it had written the new token for %s", first.Host)
			r.interrupted, r.finished, r.token = time.Time{}, true, token
			return r.finish(ctx)
		case !errors.As(err, new(*credentials.InterruptedError)):
			return err
		}
		first.Rotation = credentials.Rotation{}
	}
	r.token, r.tokenErr = r.k.reveal(ctx, first)
	if !r.interrupted.IsZero() {
		return nil // its vault may well be what has interrupted it
	}
	if r.tokenErr != nil {
		return r.tokenErr
	}
	if err := r.findTwins(ctx); err != nil {
		return err
	}
	return r.prove(ctx)
}

// finish keeps the new token, which is there already, wherever the old one was, and nowhere else.
func (r *renewal) finish(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx) // nobody else has the new token
	if err := r.Commit(ctx, r.token); err != nil {
		return err
	}
	for _, k := range r.kept {
		if !k.Rotation.Begun() {
			r.k.clear(ctx, k.Host, r.k.refuges(k.Vault))
		}
	}
	return nil
}

// read reads which hosts have the secret of h.
func (r *renewal) read(h credentials.Host) error {
	c, err := readCatalog(r.dir)
	if err != nil {
		return err
	}
	e, known := c.Tokens[h.String()]
	if !known {
		return credentials.ErrNotKept
	}
	all, err := c.kept()
	if err != nil {
		return err
	}
	r.kept = slices.DeleteFunc(all, func(other credentials.Kept) bool {
		together := e.Rotation.Begun() && other.Rotation.ID == e.Rotation.ID // a twin that an earlier Renewal has found
		return other.Host == h || other.ID != e.ID && !together
	})
	r.kept = slices.Insert(r.kept, 0, kept(h, e))
	return nil
}

// prove writes each record with nothing in it changed but a space at its end, and reads it back. A vault that only
// answers may yet have no room, or be read-only, or say that it has written what it has not, and GitLab gives the new
// token out once.
//
// No record is left half-written because somebody presses Ctrl-C: from here on each call has its own deadline only.
func (r *renewal) prove(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	if err := r.change(func(*entry, int) {}); err != nil { // the catalogue, too
		return err
	}
	for _, k := range r.kept {
		vault, err := r.k.vault(k.Vault)
		if err == nil {
			err = vault.Ready(ctx)
		}
		if err != nil {
			return err
		}
		data, err := vault.Get(ctx, k.Host.String())
		if errors.Is(err, ErrNoRecord) {
			continue // another host's, since this one's was revealed; it gets a new one
		}
		if err != nil {
			return err
		}
		if err := (&writing{vault: vault, key: k.Host.String()}).write(ctx, altered(data)); err != nil {
			return err
		}
	}
	return nil
}

// altered returns other bytes that are the same record.
func altered(record credentials.Secret) credentials.Secret {
	text, spaced := strings.CutSuffix(record.Reveal(), " ")
	if !spaced {
		text += " "
	}
	return credentials.NewSecret(text)
}

// Token implements credentials.Renewal.
func (r *renewal) Token() (credentials.Token, error) { return r.token, r.tokenErr }

// Hosts implements credentials.Renewal.
func (r *renewal) Hosts() []credentials.Kept { return slices.Clone(r.kept) }

// Interrupted implements credentials.Renewal.
func (r *renewal) Interrupted() (time.Time, bool) { return r.interrupted, !r.interrupted.IsZero() }

// Finished implements credentials.Renewal.
func (r *renewal) Finished() bool { return r.finished }

// Close implements credentials.Renewal.
func (r *renewal) Close() { _ = r.lock.Close() }
