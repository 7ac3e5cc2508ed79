package keyring

import (
	"context"
	"errors"
	"slices"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// revealRotating is Reveal for a token that was being replaced when the catalogue was read. Whoever replaces it holds
// the lock: behind it there is the new token, or a rotation that was cut short.
func (k *Keyring) revealRotating(ctx context.Context, kept credentials.Kept) (credentials.Token, error) {
	now, err := k.settled(ctx, kept.Host)
	switch {
	case errors.Is(err, credentials.ErrNotKept), errors.Is(err, ErrBusy):
		return credentials.Token{}, err
	case err != nil:
		now = kept // a state directory that cannot be written has nobody in it who would
	}
	if !now.Rotation.Begun() {
		return k.reveal(ctx, now)
	}
	return k.findRotated(ctx, now)
}

// findRotated looks for the record of a rotation that was cut short after it had written the new token: it may have got
// it into the vault of any host with the same secret, or in an emergency into another vault. Else the error is that
// of a vault that may have it and does not tell, or an *InterruptedError.
func (k *Keyring) findRotated(ctx context.Context, kept credentials.Kept) (credentials.Token, error) {
	all, err := k.All(ctx)
	if err != nil {
		return credentials.Token{}, err
	}
	places := []credentials.Kept{kept}
	for _, other := range all {
		if other.Host != kept.Host && (other.ID == kept.Rotation.ID || other.Rotation.ID == kept.Rotation.ID) {
			places = append(places, other)
		}
	}
	known := len(places) // to the catalogue
	for _, elsewhere := range places[:known] {
		for _, name := range k.refuges(elsewhere.Vault) {
			elsewhere.Vault = name
			places = append(places, elsewhere)
		}
	}
	var unread error // a vault that does not tell, and may have it
	for i, place := range places {
		token, err := k.reveal(ctx, place)
		if err != nil || token.ID != kept.Rotation.ID {
			k.trace("the vault %q has no new token for %s: %v", place.Vault, place.Host, err)
			if i < known && unread == nil && !errors.Is(err, credentials.ErrLost) {
				unread = err
			}
			continue
		}
		token.Username = kept.Username // the record may be another host's
		old := kept.Life               // has what a record does not have of a token's life
		token.Life.Name, token.Life.Scopes = old.Name, old.Scopes
		token.Life.GitLab, token.Life.Aliases = old.GitLab, old.Aliases
		return token, nil
	}
	if unread != nil {
		return credentials.Token{}, unread
	}
	return credentials.Token{}, &credentials.InterruptedError{Host: kept.Host, Since: kept.Rotation.Since}
}

// refuges are the vaults where a new token can be saved that its own vault does not take.
func (k *Keyring) refuges(vault string) []string {
	names := []string{osName, kernelName}
	if choice, err := k.choice(); err == nil && choice != auto && choice != none && !slices.Contains(names, choice) {
		names = append(names, choice)
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == vault })
}
