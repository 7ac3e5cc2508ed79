package keyring

import (
	"context"
	"errors"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// Forget removes what is kept for h. It is no error when that is nothing.
func (k *Keyring) Forget(ctx context.Context, h credentials.Host) error {
	c, dir, err := k.catalog()
	if err != nil {
		return err
	}
	if _, known := c.Tokens[h.String()]; !known {
		k.forgetUnknown(ctx, h)
		return nil
	}
	return updateCatalog(ctx, dir, update{
		change: func(c catalog) error {
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
			if e.Rotation.Begun() { // the new token may have been saved elsewhere
				k.clear(ctx, h, k.refuges(e.Vault))
			}
			delete(c.Tokens, h.String())
			return nil
		},
		undo: func() {},
		done: func() {},
	})
}

// forgetUnknown removes a record of which the catalogue knows nothing: of a write that was cut short, or of a catalogue
// that was lost. It looks into the vaults that new tokens may go to, and does not mind one that it cannot reach:
// nothing is known to be there. With GITLABJOB_KEYRING=none it looks nowhere.
func (k *Keyring) forgetUnknown(ctx context.Context, h credentials.Host) {
	choice, err := k.choice()
	names := []string{osName, kernelName}
	switch {
	case err != nil || choice == none:
		k.trace("the catalogue has nothing for %s, and there is no vault", h)
		return
	case choice != auto && choice != osName && choice != kernelName:
		names = append(names, choice)
	}
	k.trace("the catalogue has nothing for %s; asking the vaults all the same", h)
	k.clear(ctx, h, names)
}

// clear removes what these vaults may have of h.
func (k *Keyring) clear(ctx context.Context, h credentials.Host, vaults []string) {
	for _, name := range vaults {
		vault, err := k.vault(name)
		if err == nil {
			err = vault.Delete(ctx, h.String())
		}
		k.trace("asked the vault %q to forget %s: %v", name, h, err)
	}
}
