package keyring

import (
	"context"
	"errors"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// Keep keeps t as the one token for h: first in the vault, read back, then in the catalogue. When the catalogue cannot
// be written, the vault gets back what it had.
func (k *Keyring) Keep(ctx context.Context, h credentials.Host, t credentials.Token) error {
	vault, err := k.newVault()
	if err != nil {
		return err
	}
	dir, err := stateDir(k.Getenv)
	if err != nil {
		return err
	}
	id := newID()
	data, err := encodeRecord(h, id, t)
	if err != nil {
		return fault(vault.Name(), err)
	}
	var before entry
	var old *credentials.Secret
	err = updateCatalog(ctx, dir, func(c catalog) error {
		before = c.Tokens[h.String()]
		if old, err = write(ctx, vault, h.String(), data); err != nil {
			return err
		}
		c.Tokens[h.String()] = entry{Username: t.Username, Vault: vault.Name(), ID: id, Life: t.Life}
		return nil
	})
	if err != nil {
		if old != nil {
			k.putBack(ctx, vault, h.String(), *old)
		}
		return err
	}
	if before.Vault != "" && before.Vault != vault.Name() {
		k.dropOld(ctx, before.Vault, h.String())
	}
	return nil
}

// write sets data under key and reads it back. Once data is in the vault it returns what was there before, empty for
// nothing; old is nil while nothing has changed.
func write(ctx context.Context, vault Vault, key string, data credentials.Secret) (old *credentials.Secret, err error) {
	previous, err := vault.Get(ctx, key)
	if err != nil && !errors.Is(err, ErrNoRecord) {
		return nil, err
	}
	if err := vault.Set(ctx, key, data); err != nil {
		return nil, err
	}
	got, err := vault.Get(ctx, key)
	switch {
	case err == nil && got.Equal(data):
		return &previous, nil
	case errors.Is(err, ErrNoRecord) || err == nil && got.Equal(previous):
		return nil, &VaultError{Vault: vault.Name(), Err: ErrDismissed} // Set said it had written
	case err == nil:
		return &previous, &VaultError{Vault: vault.Name(), Err: ErrGarbled}
	}
	return &previous, err
}

// putBack restores what the vault had under key, as well as it can: the caller has a worse error to report.
func (k *Keyring) putBack(ctx context.Context, vault Vault, key string, old credentials.Secret) {
	ctx = context.WithoutCancel(ctx)
	var err error
	if old.Empty() {
		err = vault.Delete(ctx, key)
	} else {
		err = vault.Set(ctx, key, old)
	}
	k.trace("the vault %q gets back what it had for %s: %v", vault.Name(), key, err)
}

// dropOld removes the record that another vault held for key until now.
func (k *Keyring) dropOld(ctx context.Context, name, key string) {
	vault, err := k.vault(name)
	if err == nil {
		err = vault.Delete(ctx, key)
	}
	k.trace("the vault %q held the token for %s before, removed: %v", name, key, err)
}

// Forget removes what is kept for h. A host that the catalogue does not know may still have a record in the vault, from
// a write that was cut short or a catalogue that was lost: that is removed where it can be, and is no error where not.
func (k *Keyring) Forget(ctx context.Context, h credentials.Host) error {
	c, dir, err := k.catalog()
	if err != nil {
		return err
	}
	if _, known := c.Tokens[h.String()]; !known {
		vault, err := k.newVault()
		if err == nil {
			err = vault.Delete(ctx, h.String())
		}
		k.trace("the catalogue has nothing for %s; asked the vault all the same: %v", h, err)
		var bad *credentials.BadVariableError
		if errors.As(err, &bad) {
			return err
		}
		return nil
	}
	return updateCatalog(ctx, dir, func(c catalog) error {
		e, known := c.Tokens[h.String()]
		if !known {
			return nil // another process was faster
		}
		vault, err := k.vault(e.Vault)
		if err != nil {
			return err
		}
		if err := vault.Delete(ctx, h.String()); err != nil && !errors.Is(err, ErrNoRecord) {
			return err
		}
		k.trace("removed the token for %s from the vault %q", h, e.Vault)
		delete(c.Tokens, h.String())
		return nil
	})
}
