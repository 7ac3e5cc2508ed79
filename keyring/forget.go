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
	k.finishRotation(ctx, h, c.Tokens[h.String()])
	return updateCatalog(ctx, dir, update{
		change: func(c catalog) error { return k.remove(ctx, c, h) },
		undo:   func() {},
		done:   func() {},
	})
}

// remove removes what c says is kept for h, which may be nothing any more. A vault that is gone from this machine for
// good does not keep anybody from being rid of it.
func (k *Keyring) remove(ctx context.Context, c catalog, h credentials.Host) error {
	e, known := c.Tokens[h.String()]
	if !known {
		return nil // another process was faster
	}
	vault, err := k.vault(e.Vault)
	if err == nil {
		err = vault.Delete(ctx, h.String())
	}
	switch {
	case err == nil, errors.Is(err, ErrNoRecord):
		k.trace("removed the token for %s from the vault %q", h, e.Vault)
	case errors.Is(err, ErrNoHelper), errors.Is(err, ErrNoVault), errors.Is(err, ErrUnsupported):
		k.note("%v: what it may have of the token for %s stays there", err, h)
	default:
		return err
	}
	if e.Rotation.Begun() { // the new token may have been saved elsewhere
		k.clear(ctx, h, k.refuges(e.Vault))
	}
	delete(c.Tokens, h.String())
	return nil
}

// finishRotation brings a rotation to its end that was cut short when it had written the new token: for one host,
// maybe, whose record must not go before the other hosts have theirs.
func (k *Keyring) finishRotation(ctx context.Context, h credentials.Host, e entry) {
	if !e.Rotation.Begun() {
		return
	}
	renewal, err := k.Renew(ctx, kept(h, e))
	if err == nil {
		renewal.Close()
	}
	k.trace("looked after the interrupted rotation for %s: %v", h, err)
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
