package keyring

import (
	"context"
	"errors"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// nameOf returns the ID of a secret: the one that it has already where it is kept for another registry of the same
// GitLab, else a new one. It also returns when GitLab was last asked in vain to replace this very secret, which keeping
// it anew does not undo.
func (k *Keyring) nameOf(
	ctx context.Context, c catalog, h credentials.Host, t credentials.Token,
) (id string, tried credentials.Rotation) {
	id = newID()
	old, err := c.kept()
	if err != nil {
		return id, tried
	}
	hung := make(map[string]bool)
	for _, other := range old {
		mine := other.Host == h
		related := mine || other.Life.GitLab != "" && other.Life.GitLab == t.Life.GitLab
		if !related || mine && other.Rotation.Since.IsZero() || !mine && hung[other.Vault] {
			continue
		}
		same, err := k.reveal(ctx, other)
		hung[other.Vault] = errors.Is(err, ErrHung)
		if mine && err != nil || err == nil && same.Secret.Equal(t.Secret) {
			if other.Rotation.Since.After(tried.Since) {
				tried.Since = other.Rotation.Since
			}
			if !mine && same.ID == other.ID {
				id = other.ID
			}
		}
	}
	return id, tried
}

// findTwins adds the hosts that have the same secret under another ID: one of the two was kept while GitLab, or the
// other one's vault, was out of reach. They would be left with a dead token.
func (r *renewal) findTwins(ctx context.Context) error {
	c, err := readCatalog(r.dir)
	if err != nil {
		return err
	}
	all, err := c.kept()
	if err != nil {
		return err
	}
	mine := r.kept[0]
	hung := make(map[string]bool)
	for _, other := range all {
		related := other.Life.GitLab == mine.Life.GitLab || other.Life.GitLab == "" || mine.Life.GitLab == ""
		if !related || other.ID == mine.ID || hung[other.Vault] {
			continue
		}
		token, err := r.k.reveal(ctx, other)
		hung[other.Vault] = errors.Is(err, ErrHung)
		switch {
		case err != nil:
			r.k.trace("whether the token for %s is the same one cannot be told: %v", other.Host, err)
		case token.ID == other.ID && token.Secret.Equal(r.token.Secret):
			r.kept = append(r.kept, other)
		}
	}
	return nil
}
