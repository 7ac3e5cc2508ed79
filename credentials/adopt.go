package credentials

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Fate is what becomes of a credential that was found in plaintext.
type Fate string

// What may become of a credential that was found in plaintext.
const (
	Stays Fate = "stays" // it may be of use to somebody, and cannot be kept elsewhere
	Goes  Fate = "goes"  // it is of no use to anybody
	Moves Fate = "moves" // it is good, and is kept from now on
)

// Ruling is a Fate with its reason.
type Ruling struct {
	Fate Fate
	Why  string // for Goes: "a job token, ..."
	Err  error  // for Stays
	Life Life   // for Moves
}

// Adopter decides what becomes of credentials that were found in plaintext, and keeps those that are good. In a job it
// asks nobody and keeps nothing. Its fields are set once, before use.
type Adopter struct {
	Helper *Helper
	// Dry keeps nothing, and says what would be kept.
	Dry bool
	// Elsewhere is why nothing can be kept here: the credentials are another user's.
	Elsewhere error
	// Bounded says that the Helper's Inspector bounds itself how often it asks, and answers with ErrTooMany above that:
	// what it remembers costs nothing.
	Bounded bool

	reserved    map[Host]bool  // see Reserve
	unreachable map[Host]error // what asking about another credential has come to
	locked      map[Host]error // what looking into the vault has come to
	asked       int
	dry         map[Host]Secret // what Dry has said that moves
}

// maxQuestions is about how many credentials GitLab is asked in one run. Each that it refuses may count towards a ban
// of this machine's address, of 30 in 3 minutes on an instance that is strict.
const maxQuestions = 12

// Why a credential is neither dropped nor kept.
var (
	ErrUnasked = errors.New("it is no job token, and in a job GitLab is not asked what it is")
	ErrTooMany = fmt.Errorf("GitLab was asked about %d others already; run it again in some minutes", maxQuestions)
)

// ErrReserved means that a registry's one place is not for this credential.
var ErrReserved = errors.New(
	"it is good, but another login for this registry goes first, and that one could not be moved")

// Reserve keeps the one place of h free from now on, for a login that goes first and could not be moved: what is for a
// part of the registry only must not answer for all of it.
func (a *Adopter) Reserve(h Host) {
	if a.reserved == nil {
		a.reserved = make(map[Host]bool)
	}
	a.reserved[h] = true
}

// OtherKeptError means that a registry's one place is taken by another token.
type OtherKeptError struct{ Host Host }

// Error implements error.
func (e *OtherKeptError) Error() string {
	return "it is good, but another token is kept for " + e.Host.String() + " already"
}

// ErrClocks means that GitLab takes a token which has expired by this machine's clock.
var ErrClocks = errors.New("GitLab takes it, and by this machine's clock it has expired: one of the two is wrong")

// Rule decides about one credential of h, and keeps it where it is good and nothing better is kept. GitLab is asked
// once at each endpoint, for whatever is neither a job token nor dead by its own word; where it cannot be reached, it
// is not asked about the host again.
func (a *Adopter) Rule(ctx context.Context, h Host, username string, s Secret) Ruling {
	if dead := a.Helper.Job.Appraise(username, s, a.Helper.Now()).Dead; dead != "" {
		return Ruling{Fate: Goes, Why: dead}
	}
	if a.Helper.Job.Running() {
		return stays(ErrUnasked)
	}
	if err := checkLogin(username, s); err != nil {
		return stays(err) // as for a login, before it travels anywhere
	}
	kept, same, findErr := a.find(ctx, h, s)
	if same {
		return Ruling{Fate: Goes, Why: theVeryToken + h.String()}
	}
	if err := a.unreachable[h]; err != nil {
		return stays(err)
	}
	if a.asked++; a.asked > maxQuestions && !a.Bounded {
		return stays(ErrTooMany)
	}
	now := a.Helper.Now()
	found, err := a.Helper.Inspector.Inspect(ctx, Question{Host: h, Username: username, Secret: s})
	life := found.Life
	var refused *RefusedError
	var out *UnreachableError
	switch {
	case errors.As(err, &refused):
		return Ruling{Fate: Goes, Why: fmt.Sprintf("refused by %s: %s", refused.GitLab, refused.Why)}
	case errors.As(err, &out):
		if a.unreachable == nil {
			a.unreachable = make(map[Host]error)
		}
		a.unreachable[h] = err
		return stays(err)
	case err != nil:
		return stays(err)
	}
	life.StoredAt = now.UTC().Truncate(time.Second)
	switch {
	case life.Check(now) == nil:
		return a.keep(ctx, h, Token{Username: username, Secret: s, Life: life}, kept, findErr)
	case life.Expiry == ExpiryKnown && now.Before(life.ExpiresAt):
		return Ruling{Fate: Goes, Why: "it expires within minutes"}
	}
	return stays(ErrClocks)
}

func stays(err error) Ruling { return Ruling{Fate: Stays, Err: err} }

// theVeryToken is why a credential goes that is kept for the host which is named behind it.
const theVeryToken = "the very token that is kept for "

// find returns what is kept for h, and whether that is this very secret and would be served. Its error is ErrNotKept
// also for a token that would not be: another may take its place.
func (a *Adopter) find(ctx context.Context, h Host, s Secret) (kept Kept, same bool, err error) {
	kept, err = a.Helper.Keeper.Find(ctx, h)
	if err != nil || a.Elsewhere != nil {
		return kept, false, err
	}
	if kept.Host != h {
		// It is kept for the registry of this host's GitLab, and takes no place here.
		t, err := a.Helper.Keeper.Reveal(ctx, kept)
		same := err == nil && t.Secret.Equal(s) && t.Life.Check(a.Helper.Now()) == nil
		return Kept{}, same, ErrNotKept
	}
	if err := a.locked[h]; err != nil {
		return kept, false, err
	}
	t, err := a.Helper.Keeper.Reveal(ctx, kept)
	good := kept.Life.Check(a.Helper.Now()) == nil
	switch {
	case errors.Is(err, ErrLost), errors.As(err, new(*InterruptedError)), err != nil && !good:
		return kept, false, ErrNotKept
	case err != nil: // it may be this very token; a vault that hangs is not asked for each
		if a.locked == nil {
			a.locked = make(map[Host]error)
		}
		a.locked[h] = err
		return kept, false, err
	}
	good = good && t.ID == kept.ID && t.Life.Check(a.Helper.Now()) == nil
	if same := t.Secret.Equal(s); same || !good {
		return kept, same && good, ErrNotKept
	}
	return kept, false, nil
}

// keep keeps t, unless that would push out a token that is good. kept and findErr are what find said of h.
func (a *Adopter) keep(ctx context.Context, h Host, t Token, kept Kept, findErr error) Ruling {
	moved, taken := a.dry[h]
	switch {
	case a.Elsewhere != nil:
		return stays(a.Elsewhere)
	case a.reserved[h]:
		return stays(ErrReserved)
	case taken && moved.Equal(t.Secret):
		return Ruling{Fate: Goes, Why: theVeryToken + h.String()}
	case taken, findErr == nil:
		return stays(&OtherKeptError{Host: h})
	case !errors.Is(findErr, ErrNotKept):
		return stays(findErr)
	}
	if a.Dry {
		if err := a.Helper.Keeper.Ready(ctx); err != nil {
			return stays(err)
		}
		if a.dry == nil {
			a.dry = make(map[Host]Secret)
		}
		a.dry[h] = t.Secret
		return Ruling{Fate: Moves, Life: t.Life}
	}
	err := a.Helper.Keeper.KeepInPlaceOf(ctx, kept, h, t)
	if errors.Is(err, ErrKeptMeanwhile) {
		switch _, same, findErr := a.find(ctx, h, t.Secret); {
		case same:
			return Ruling{Fate: Goes, Why: theVeryToken + h.String()}
		case findErr == nil:
			err = &OtherKeptError{Host: h}
		}
	}
	if err != nil {
		return stays(err)
	}
	return Ruling{Fate: Moves, Life: t.Life}
}

// looksLikeOldJobToken knows the job tokens of before the prefix "glcbt-": the number of a database partition in
// hexadecimal, an underscore, 20 characters (gl:app/models/ci/build.rb).
func looksLikeOldJobToken(s string) bool {
	const random = 20
	partition, rest, ok := strings.Cut(s, "_")
	return ok && partition != "" && strings.Trim(partition, "0123456789abcdef") == "" && len(rest) == random
}
