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
	ID       string // ties this line of the catalogue to one record of the vault
	Life     Life
}

// Keeper is where tokens rest between jobs. Package keyring implements it.
type Keeper interface {
	// Find says what is kept for h without opening the vault, or ErrNotKept.
	Find(ctx context.Context, h Host) (Kept, error)
	// Reveal takes the token out of its vault. Of what the catalogue and the vault say of its life the worse counts. It
	// returns ErrLost when the vault no longer has it.
	Reveal(ctx context.Context, k Kept) (Token, error)
	// Ready returns nil when a new token could be kept.
	Ready(ctx context.Context) error
	// Keep keeps t as the one token for h. On an error what was kept before is still kept, as far as a vault allows that
	// fails in the middle of a write.
	Keep(ctx context.Context, h Host, t Token) error
	// KeepInPlaceOf is Keep where seen is still what is kept for h, as Find has said; the zero Kept is nothing. It
	// returns ErrKeptMeanwhile where it is not, and keeps nothing.
	KeepInPlaceOf(ctx context.Context, seen Kept, h Host, t Token) error
	// Forget removes what is kept for h. It is no error when that is nothing.
	Forget(ctx context.Context, h Host) error
	// All lists what is kept, without opening a vault.
	All(ctx context.Context) ([]Kept, error)
}

// Inspector asks GitLab about a credential. Package internal/gitlab implements it.
type Inspector interface {
	// Inspect returns what GitLab says of the secret's life, or a *RefusedError, a *NotGitLabError or an
	// *UnreachableError.
	Inspect(ctx context.Context, h Host, username string, s Secret) (Life, error)
}
