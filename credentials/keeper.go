package credentials

import (
	"context"
	"errors"
)

// ErrNotKept is what Keeper.Find answers for a host that nothing is kept for.
var ErrNotKept = errors.New("nothing is kept for this host")

// ErrLost is what Keeper.Reveal answers when the catalogue has a token that the vault no longer holds.
var ErrLost = errors.New("the vault has lost the token")

// ErrKeptMeanwhile is what Keeper.KeepInPlaceOf answers when another process has kept something else, or removed it.
var ErrKeptMeanwhile = errors.New("what is kept for it has changed meanwhile")

// Token is a credential that is kept, with its secret.
type Token struct {
	Username string
	Secret   Secret
	Life     Life
	ID       string // of the record it came from; the Keeper sets it
}

// Kept is what can be known of a kept token without opening the vault.
type Kept struct {
	Host     Host
	Username string
	Vault    string // which vault has the secret: "os", "helper:pass", ...
	ID       string // names one secret, in the catalogue and in the vault; hosts with the same ID have the same secret
	Life     Life
	Rotation Rotation // the zero Rotation: none has begun
}

// Keeper is where tokens rest between jobs. Package keyring implements it.
type Keeper interface {
	// Find says what is kept for h without opening the vault, or ErrNotKept. What is kept for a registry also answers for
	// the aliases in its Life, while one secret is kept for their GitLab: then it is the Host of that registry.
	Find(ctx context.Context, h Host) (Kept, error)
	// Reveal takes the token out of its vault. Of what the catalogue and the vault say of its life the worse counts. It
	// returns ErrLost when the vault no longer has it. While the token is being replaced it waits for the end of that; an
	// *InterruptedError means that there has been none, and that the new token was not written.
	Reveal(ctx context.Context, k Kept) (Token, error)
	// Ready returns nil when a new token could be kept.
	Ready(ctx context.Context) error
	// Keep keeps t as the one token for h. On an error what was kept before is still kept, as far as a vault allows that
	// fails in the middle of a write.
	Keep(ctx context.Context, h Host, t Token) error
	// KeepInPlaceOf is Keep where seen is still what is kept for h, as Find has said; the zero Kept is nothing. It
	// returns ErrKeptMeanwhile where it is not, and keeps nothing.
	KeepInPlaceOf(ctx context.Context, seen Kept, h Host, t Token) error
	// Amend writes down the Life of each of these, which is newer than what is kept of it, where the secret is the same.
	Amend(ctx context.Context, newer []Kept) error
	// Renew begins to replace the secret of seen, and keeps other processes out until Close. An earlier one that was cut
	// short after the new secret was written is brought to its end. It returns ErrKeptMeanwhile where another process has
	// changed what is kept, and a vault's error where that vault could not be written.
	Renew(ctx context.Context, seen Kept) (Renewal, error)
	// Forget removes what is kept for h. It is no error when that is nothing.
	Forget(ctx context.Context, h Host) error
	// Served is what List has to know of All, and costs less where much is kept.
	Served(ctx context.Context) ([]Served, error)
	// All lists what is kept, without opening a vault.
	All(ctx context.Context) ([]Kept, error)
}
