package keyring

import (
	"context"
	"errors"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// Keep keeps t as the one token for h: first in the vault, read back, then in the catalogue. When either fails, the
// vault gets back what it had, before another process can write.
func (k *Keyring) Keep(ctx context.Context, h credentials.Host, t credentials.Token) error {
	return k.keep(ctx, h, t, func(entry) error { return nil })
}

// KeepInPlaceOf implements credentials.Keeper. It looks again when it has the lock: two processes cannot both take the
// place of one token.
func (k *Keyring) KeepInPlaceOf(
	ctx context.Context, seen credentials.Kept, h credentials.Host, t credentials.Token,
) error {
	return k.keep(ctx, h, t, func(now entry) error {
		if now.ID != seen.ID {
			return credentials.ErrKeptMeanwhile
		}
		return nil
	})
}

// keep is Keep where check has nothing against what is kept by then.
func (k *Keyring) keep(
	ctx context.Context, h credentials.Host, t credentials.Token, check func(now entry) error,
) error {
	vault, why, err := k.newVault(ctx)
	if err != nil {
		return err
	}
	dir, err := stateDir(k.Getenv)
	if err != nil {
		return err
	}
	if t.Username == "" {
		return fault(vault.Name(), errors.New("a token without a username cannot be kept"))
	}
	if c, err := readCatalog(dir); err == nil {
		k.finishRotation(ctx, h, c.Tokens[h.String()])
	}
	w := writing{vault: vault, key: h.String()}
	var before entry
	return updateCatalog(ctx, dir, update{
		change: func(c catalog) error {
			before = c.Tokens[h.String()]
			if err := check(before); err != nil {
				return err
			}
			id, tried := k.nameOf(ctx, c, h, t)
			data, err := encodeRecord(h, id, t)
			if err != nil {
				return fault(vault.Name(), err)
			}
			if err := w.write(ctx, data); err != nil {
				return err
			}
			c.Tokens[h.String()] = entry{Username: t.Username, Vault: vault.Name(), ID: id, Life: t.Life, Rotation: tried}
			return nil
		},
		undo: func() {
			if changed, err := w.undo(context.WithoutCancel(ctx)); changed {
				k.trace("the vault %q gets back what it had for %s: %v", vault.Name(), h, err)
			}
		},
		done: func() {
			k.noteKernel(h, vault.Name(), why)
			if before.Vault != "" && before.Vault != vault.Name() {
				k.dropOld(ctx, before.Vault, h.String())
			}
			if before.Rotation.Begun() { // its new token may have been saved elsewhere
				k.clear(ctx, h, k.refuges(vault.Name()))
			}
		},
	})
}

// noteKernel says that what the kernel keeps does not last, and why it was chosen.
func (k *Keyring) noteKernel(h credentials.Host, vault string, why error) {
	switch {
	case vault != kernelName:
	case why != nil:
		k.note("%v, so the token for %s is in the kernel's keyring: it is gone when this machine goes down", why, h)
	default:
		k.note("the token for %s is in the kernel's keyring: it is gone when this machine goes down", h)
	}
}

// writing is one record being written, and what stood in its place.
type writing struct {
	vault  Vault
	key    string
	before credentials.Secret // empty: there was no record
	tried  bool
	unread bool // it was written, and then could not be read
}

// write sets data and reads it back.
func (w *writing) write(ctx context.Context, data credentials.Secret) (err error) {
	w.before, err = w.vault.Get(ctx, w.key)
	if err != nil && !errors.Is(err, ErrNoRecord) {
		return err
	}
	w.tried = true
	if err := w.vault.Set(ctx, w.key, data); err != nil {
		return err
	}
	got, err := w.vault.Get(ctx, w.key)
	switch {
	case err == nil && got.Equal(data):
		return nil
	case errors.Is(err, ErrNoRecord) || err == nil && got.Equal(w.before):
		return &VaultError{Vault: w.vault.Name(), Err: ErrDismissed} // Set said that it had written
	case err == nil:
		return &VaultError{Vault: w.vault.Name(), Err: ErrGarbled}
	}
	w.unread = true
	return err
}

// undo restores what the vault had, where it has something else now: a Set that failed may have written all the same.
// It does so as well as it can, since the caller has a worse error to report, and does not wait a second time for what
// could not be read.
func (w *writing) undo(ctx context.Context) (changed bool, err error) {
	if !w.tried {
		return false, nil
	}
	if !w.unread {
		now, err := w.vault.Get(ctx, w.key)
		if err == nil && now.Equal(w.before) || errors.Is(err, ErrNoRecord) && w.before.Empty() {
			return false, nil
		}
	}
	if w.before.Empty() {
		return true, w.vault.Delete(ctx, w.key)
	}
	return true, w.vault.Set(ctx, w.key, w.before)
}

// dropOld removes the record that another vault held for key until now.
func (k *Keyring) dropOld(ctx context.Context, name, key string) {
	vault, err := k.vault(name)
	if err == nil {
		err = vault.Delete(ctx, key)
	}
	if err != nil && !errors.Is(err, ErrNoRecord) {
		k.note("the old token for %s is still in the vault %q, which cannot be written: %v", key, name, err)
		return
	}
	k.trace("removed the old token for %s from the vault %q", key, name)
}
