package keyring

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// Keyring is a credentials.Keeper over the catalogue and the vaults. Making one costs nothing and touches nothing.
type Keyring struct {
	// Getenv looks up GITLABJOB_KEYRING, GITLABJOB_STATE_DIR and what the platform needs to find the state directory.
	Getenv func(string) string
	// Vault finds a vault by the name that the catalogue has for it; nil means ByName.
	Vault func(name string) (Vault, error)
	// Trace is told of each step; nil: nobody listens.
	Trace func(format string, args ...any)
}

var _ credentials.Keeper = (*Keyring)(nil)

// Find returns the catalogue's line for h, or credentials.ErrNotKept.
func (k *Keyring) Find(_ context.Context, h credentials.Host) (credentials.Kept, error) {
	c, _, err := k.catalog()
	if err != nil {
		return credentials.Kept{}, err
	}
	e, ok := c.Tokens[h.String()]
	if !ok {
		return credentials.Kept{}, credentials.ErrNotKept
	}
	return kept(h, e), nil
}

// All returns every line of the catalogue, sorted by host.
func (k *Keyring) All(_ context.Context) ([]credentials.Kept, error) {
	c, _, err := k.catalog()
	if err != nil {
		return nil, err
	}
	all := make([]credentials.Kept, 0, len(c.Tokens))
	for spelt, e := range c.Tokens {
		h, err := credentials.ParseHost(spelt)
		if err != nil {
			return nil, err // decodeCatalog has let it through: cannot be
		}
		all = append(all, kept(h, e))
	}
	slices.SortFunc(all, func(a, b credentials.Kept) int { return strings.Compare(a.Host.String(), b.Host.String()) })
	return all, nil
}

// Reveal takes the token out of the vault that holds it. Where the catalogue's line is about this very record the
// earlier end of the two counts; a record that the line does not know (a write that was cut short) speaks for itself.
func (k *Keyring) Reveal(ctx context.Context, kept credentials.Kept) (credentials.Token, error) {
	vault, err := k.vault(kept.Vault)
	if err != nil {
		return credentials.Token{}, err
	}
	data, err := vault.Get(ctx, kept.Host.String())
	if errors.Is(err, ErrNoRecord) {
		return credentials.Token{}, &LostError{Host: kept.Host, Vault: kept.Vault}
	}
	if err != nil {
		return credentials.Token{}, err
	}
	r, err := decodeRecord(kept.Host, data)
	if err != nil {
		return credentials.Token{}, &VaultError{Vault: kept.Vault, Err: err}
	}
	life := r.Life
	if r.ID == kept.ID {
		life = kept.Life.Earlier(r.Life)
	}
	return credentials.Token{Username: r.Username, Secret: credentials.NewSecret(r.Token), Life: life}, nil
}

// Ready returns nil when a new token could be kept.
func (k *Keyring) Ready(ctx context.Context) error {
	if _, _, err := k.catalog(); err != nil {
		return err
	}
	vault, err := k.newVault()
	if err != nil {
		return err
	}
	return vault.Ready(ctx)
}

// catalog reads the catalogue, and finds its directory. With GITLABJOB_KEYRING=none it is empty.
func (k *Keyring) catalog() (catalog, string, error) {
	choice, err := k.choice()
	if err != nil {
		return catalog{}, "", err
	}
	if choice == none {
		k.trace("GITLABJOB_KEYRING=none: no token is kept or served")
		return catalog{}, "", nil
	}
	dir, err := stateDir(k.Getenv)
	if err != nil {
		return catalog{}, "", err
	}
	k.trace("the catalogue is in %s", dir)
	c, err := readCatalog(dir)
	return c, dir, err
}

func (k *Keyring) trace(format string, args ...any) {
	if k.Trace != nil {
		k.Trace(format, args...)
	}
}

func kept(h credentials.Host, e entry) credentials.Kept {
	return credentials.Kept{Host: h, Username: e.Username, Vault: e.Vault, ID: e.ID, Life: e.Life}
}

// newID returns a name for one record that no other record has.
func newID() string { return rand.Text() }

// LostError says that the catalogue has a token which its vault does not have any more. It is a credentials.ErrLost.
type LostError struct {
	Host  credentials.Host
	Vault string
}

// Error implements error.
func (e *LostError) Error() string {
	return fmt.Sprintf("a token is kept for %s, but the vault %q has lost it", e.Host, e.Vault)
}

// Is makes the error match credentials.ErrLost.
func (e *LostError) Is(target error) bool { return target == credentials.ErrLost }
