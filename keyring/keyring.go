package keyring

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// Keyring is a credentials.Keeper over the catalogue and the vaults. Making one costs nothing and touches nothing.
type Keyring struct {
	// Getenv looks up GITLABJOB_KEYRING, GITLABJOB_STATE_DIR and what the platform needs to find the state directory.
	Getenv func(string) string
	// Vault finds a vault by the name that the catalogue has for it; nil means the real ones.
	Vault func(name string) (Vault, error)
	// Trace is told of each step; nil: nobody listens.
	Trace func(format string, args ...any)
	// Note is told what a person should know of a success; nil: nobody listens.
	Note func(format string, args ...any)
	// Warn is told what nobody may miss, in a timer either; nil: Note is.
	Warn func(format string, args ...any)
}

var _ credentials.Keeper = (*Keyring)(nil)

// Find returns the catalogue's line for h, or the one that has h for an alias, or credentials.ErrNotKept.
func (k *Keyring) Find(_ context.Context, h credentials.Host) (credentials.Kept, error) {
	c, _, err := k.catalog()
	if err != nil {
		return credentials.Kept{}, err
	}
	if e, ok := c.Tokens[h.String()]; ok {
		return kept(h, e), nil
	}
	all, err := c.kept()
	if err != nil {
		return credentials.Kept{}, err
	}
	found, err := credentials.FindAlias(all, h)
	if err == nil {
		k.trace("%s is an alias of %s", h, found.Host)
	}
	return found, err
}

// All returns every line of the catalogue, sorted by host.
func (k *Keyring) All(_ context.Context) ([]credentials.Kept, error) {
	c, _, err := k.catalog()
	if err != nil {
		return nil, err
	}
	return c.kept()
}

// Reveal takes the token out of the vault that holds it. Where the catalogue's line is about this very record the
// earlier end of the two counts; a record that the line does not know (a write that was cut short) speaks for itself.
//
// Reading takes no lock, so a record that is missing may only be on its way out or in: then the catalogue is read again
// behind the lock, and its last word counts.
func (k *Keyring) Reveal(ctx context.Context, kept credentials.Kept) (credentials.Token, error) {
	if kept.Rotation.Begun() {
		return k.revealRotating(ctx, kept)
	}
	token, err := k.reveal(ctx, kept)
	if !errors.Is(err, credentials.ErrLost) {
		return token, err
	}
	now, settleErr := k.settled(ctx, kept.Host)
	switch {
	case errors.Is(settleErr, credentials.ErrNotKept):
		return credentials.Token{}, settleErr
	case settleErr != nil:
		return credentials.Token{}, err
	case now.Rotation.Begun():
		return k.findRotated(ctx, now)
	}
	return k.reveal(ctx, now)
}

// reveal reads the one record that kept is about.
func (k *Keyring) reveal(ctx context.Context, kept credentials.Kept) (credentials.Token, error) {
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
	return credentials.Token{Username: r.Username, Secret: credentials.NewSecret(r.Token), Life: life, ID: r.ID}, nil
}

// settled waits for whoever is changing what is kept, and then does what Find does.
func (k *Keyring) settled(ctx context.Context, h credentials.Host) (credentials.Kept, error) {
	dir, err := stateDir(k.Getenv)
	if err != nil {
		return credentials.Kept{}, err
	}
	lock, err := takeLock(ctx, dir)
	if err != nil {
		return credentials.Kept{}, err
	}
	defer func() { _ = lock.Close() }()
	return k.Find(ctx, h)
}

// Ready returns nil when a new token could be kept: the vault answers, and the catalogue can be written.
func (k *Keyring) Ready(ctx context.Context) error {
	vault, _, err := k.newVault(ctx)
	if err != nil {
		return err
	}
	dir, err := stateDir(k.Getenv)
	if err != nil {
		return err
	}
	dry := errors.New("only a try")
	try := update{change: func(catalog) error { return dry }, undo: func() {}, done: func() {}}
	if err := updateCatalog(ctx, dir, try); !errors.Is(err, dry) {
		return err
	}
	return vault.Ready(ctx)
}

// Served implements credentials.Keeper.
func (k *Keyring) Served(context.Context) ([]credentials.Served, error) {
	dir, err := k.catalogDir()
	if err != nil || dir == "" {
		return nil, err
	}
	return served(dir)
}

// catalog reads the catalogue, and finds its directory. With GITLABJOB_KEYRING=none it is empty.
func (k *Keyring) catalog() (catalog, string, error) {
	dir, err := k.catalogDir()
	if err != nil || dir == "" {
		return catalog{}, "", err
	}
	c, err := readCatalog(dir)
	return c, dir, err
}

// catalogDir returns where the catalogue is, or "" where nothing is kept whatever it says.
func (k *Keyring) catalogDir() (string, error) {
	choice, err := k.choice()
	if err != nil {
		return "", err
	}
	if choice == none {
		k.trace("GITLABJOB_KEYRING=none: no token is kept or served")
		return "", nil
	}
	dir, err := stateDir(k.Getenv)
	if errors.Is(err, ErrNoHome) {
		k.trace("%v: nothing can be kept", err)
		return "", nil
	}
	if err == nil {
		k.trace("the catalogue is in %s", dir)
	}
	return dir, err
}

func (k *Keyring) trace(format string, args ...any) {
	if k.Trace != nil {
		k.Trace(format, args...)
	}
}

func (k *Keyring) note(format string, args ...any) {
	if k.Note != nil {
		k.Note(format, args...)
	}
}

func (k *Keyring) warn(format string, args ...any) {
	if k.Warn == nil {
		k.note(format, args...)
		return
	}
	k.Warn(format, args...)
}

func kept(h credentials.Host, e entry) credentials.Kept {
	return credentials.Kept{
		Host: h, Username: e.Username, Vault: e.Vault, ID: e.ID, Life: e.Life, Rotation: e.Rotation,
	}
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
