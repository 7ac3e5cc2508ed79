package keyring

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// pause is what a vault gets before it is tried again.
const pause = 300 * time.Millisecond

// Intend implements credentials.Renewal. Where an earlier rotation was interrupted nobody has proved yet that the
// vaults can be written.
func (r *renewal) Intend(ctx context.Context, now time.Time) error {
	if !r.interrupted.IsZero() {
		if err := r.prove(ctx); err != nil {
			return err
		}
	}
	r.id = newID()
	note := credentials.Rotation{ID: r.id, Since: now.UTC().Truncate(time.Second)}
	return r.change(func(e *entry, _ int) { e.Rotation = note })
}

// Withdraw implements credentials.Renewal.
func (r *renewal) Withdraw(_ context.Context, sure bool) error {
	return r.change(func(e *entry, _ int) {
		if e.Rotation.ID = ""; sure {
			e.Rotation = credentials.Rotation{}
		}
	})
}

// Forget implements credentials.Renewal.
func (r *renewal) Forget(ctx context.Context) error {
	return changeCatalog(r.dir, update{
		change: func(c catalog) error {
			for _, k := range r.kept {
				if err := r.k.remove(ctx, c, k.Host); err != nil {
					return err
				}
			}
			return nil
		},
		undo: func() {},
		done: func() {},
	})
}

// change alters the catalogue's lines, and what is known of them here.
func (r *renewal) change(alter func(e *entry, i int)) error {
	return changeCatalog(r.dir, update{
		change: func(c catalog) error {
			for i, k := range r.kept {
				e, known := c.Tokens[k.Host.String()]
				if !known {
					continue
				}
				alter(&e, i)
				c.Tokens[k.Host.String()] = e
				r.kept[i] = kept(k.Host, e)
			}
			return nil
		},
		undo: func() {},
		done: func() {},
	})
}

// Commit implements credentials.Renewal: first the vaults, for every host, then the catalogue. The new token is served
// from the moment at which one vault has it, and so it is no error where only the catalogue cannot be written.
func (r *renewal) Commit(ctx context.Context, t credentials.Token) error {
	wrote := make([]string, len(r.kept)) // the vault for each host; "": none takes it
	var errs []error
	for i, k := range r.kept {
		t.Username = k.Username // each host has its own
		data, err := encodeRecord(k.Host, r.id, t)
		if err == nil {
			wrote[i], err = r.save(ctx, k, data)
		}
		errs = append(errs, err)
	}
	if !slices.ContainsFunc(wrote, func(vault string) bool { return vault != "" }) {
		return errors.Join(errs...)
	}
	before := r.Hosts()
	err := r.change(func(e *entry, i int) {
		if wrote[i] != "" {
			*e = entry{Username: e.Username, Vault: wrote[i], ID: r.id, Life: t.Life}
			e.Life.Aliases = before[i].Life.Aliases
		}
	})
	if err != nil {
		r.k.note("the new token for %s is in the vault, but the catalogue does not know yet: %v", r.kept[0].Host, err)
		return nil
	}
	for i, old := range before {
		switch {
		case wrote[i] == "":
			r.k.warn("the new token could not be written for %s as well: %v", old.Host, errs[i])
		case wrote[i] != old.Vault:
			r.k.warn("the new token for %s is in the vault %q: %q did not take it", old.Host, wrote[i], old.Vault)
			r.k.dropOld(ctx, old.Vault, old.Host.String())
		}
	}
	return nil
}

// save writes a record into the vault of k, or, if that fails twice, into another one, and says in which.
func (r *renewal) save(ctx context.Context, k credentials.Kept, data credentials.Secret) (string, error) {
	first := r.writeAtOnce(ctx, k, data)
	if first == nil {
		return k.Vault, nil
	}
	time.Sleep(pause)
	for _, name := range append([]string{k.Vault}, r.k.refuges(k.Vault)...) {
		err := r.write(ctx, k, name, data)
		r.k.trace("writing the new token for %s again, into the vault %q: %v", k.Host, name, err)
		if err == nil {
			return name, nil
		}
	}
	return "", first
}

// writeAtOnce writes a record into the vault of k, which was proved a moment ago, and reads it back. Whatever came
// before that would be one more moment at which a kill loses the new token.
func (r *renewal) writeAtOnce(ctx context.Context, k credentials.Kept, data credentials.Secret) error {
	vault, err := r.k.vault(k.Vault)
	if err == nil {
		err = vault.Set(ctx, k.Host.String(), data)
	}
	if err != nil {
		return err
	}
	got, err := vault.Get(ctx, k.Host.String())
	if err == nil && !got.Equal(data) || errors.Is(err, ErrNoRecord) {
		err = &VaultError{Vault: k.Vault, Err: ErrDismissed}
	}
	return err
}

func (r *renewal) write(ctx context.Context, k credentials.Kept, name string, data credentials.Secret) error {
	vault, err := r.k.vault(name)
	if err == nil {
		err = vault.Ready(ctx)
	}
	if err != nil {
		return err
	}
	return (&writing{vault: vault, key: k.Host.String()}).write(ctx, data)
}
