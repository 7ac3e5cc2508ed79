package keyring

import (
	"context"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// Amend implements credentials.Keeper.
func (k *Keyring) Amend(ctx context.Context, newer []credentials.Kept) error {
	dir, err := stateDir(k.Getenv)
	if err != nil {
		return err
	}
	return updateCatalog(ctx, dir, update{
		change: func(c catalog) error {
			for _, n := range newer {
				if e, known := c.Tokens[n.Host.String()]; known && e.ID == n.ID {
					e.Life = k.amended(ctx, kept(n.Host, e), n.Life)
					c.Tokens[n.Host.String()] = e
				}
			}
			return nil
		},
		undo: func() {},
		done: func() {},
	})
}

// amended returns the life that the catalogue can tell of a token of which life is known now. The record has an expiry
// of its own, and the earlier one counts: where GitLab says another one, the record has to say it as well.
func (k *Keyring) amended(ctx context.Context, old credentials.Kept, life credentials.Life) credentials.Life {
	same := old.Life.Expiry == life.Expiry && old.Life.ExpiresAt.Equal(life.ExpiresAt)
	if same || life.Verdict != credentials.VerdictNone || old.Rotation.Begun() {
		return life
	}
	if err := k.rewrite(ctx, old, life); err != nil {
		k.trace("the record for %s keeps its expiry: %v", old.Host, err)
		life = life.Earlier(credentials.Life{Expiry: old.Life.Expiry, ExpiresAt: old.Life.ExpiresAt})
	}
	return life
}

// rewrite gives the record of old another life.
func (k *Keyring) rewrite(ctx context.Context, old credentials.Kept, life credentials.Life) error {
	token, err := k.reveal(ctx, old)
	if err != nil {
		return err
	}
	if token.ID != old.ID {
		return credentials.ErrKeptMeanwhile
	}
	vault, err := k.vault(old.Vault)
	if err != nil {
		return err
	}
	token.Life = life
	data, err := encodeRecord(old.Host, old.ID, token)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return (&writing{vault: vault, key: old.Host.String()}).write(context.WithoutCancel(ctx), data)
}
