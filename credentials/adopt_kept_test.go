package credentials

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"
)

// A registry has one place. What is good there stays, and what is not makes room.
func TestAdoptBesideWhatIsKept(t *testing.T) {
	locked := errors.New("locked")
	lost := fmt.Errorf("gone: %w", ErrLost)
	failing := func(s shelf, of error) *shelf { s.revealE = of; return &s }
	unfound := keeping(good())
	unfound.err = locked
	gone := good()
	gone.Life.Verdict = VerdictRevoked
	stale := good()
	stale.Life = Life{Expiry: ExpiryUnknown, StoredAt: noon.AddDate(0, -2, 0)}
	cutShort := good()
	cutShort.ID = "of the record"
	all := func(t Token) *shelf { s := keeping(t); return &s }
	for name, c := range map[string]struct {
		keeper Keeper
		secret string
		fate   Fate
		why    string
		err    error
		asked  int
	}{
		"the very token":                   {all(good()), "glpat-good", Goes, "the very token that is kept for " + reg, nil, 0},
		"another, and the kept one good":   {all(good()), "glpat-new", Stays, "", &OtherKeptError{}, 1},
		"another, and the kept one dead":   {all(dead()), "glpat-new", Moves, "", nil, 1},
		"another, the kept one revoked":    {all(gone), "glpat-new", Moves, "", nil, 1},
		"the very token, 30 days over":     {all(stale), "glpat-good", Moves, "", nil, 1},
		"the very token, lost":             {failing(keeping(good()), lost), "glpat-good", Moves, "", nil, 1},
		"a write of it was cut short":      {&liar{shelf: keeping(good()), record: cutShort}, "glpat-good", Moves, "", nil, 1},
		"the record of it is dead":         {&liar{shelf: keeping(good()), record: gone}, "glpat-good", Moves, "", nil, 1},
		"good, the kept one is locked up":  {failing(keeping(good()), locked), "glpat-good", Stays, "", locked, 1},
		"the dead kept one is locked up":   {failing(keeping(dead()), locked), "glpat-good", Moves, "", nil, 1},
		"the catalogue cannot be read":     {&unfound, "glpat-good", Stays, "", locked, 1},
		"nothing kept, and it cannot keep": {&full{}, "glpat-good", Stays, "", errFull, 1},
	} {
		t.Run(name, func(t *testing.T) {
			o := oracle{life: verified()}
			got := adopter(c.keeper, &o).Rule(t.Context(), host(t, reg), "me", NewSecret(c.secret))
			checkRuling(t, got, c.fate, c.why, c.err)
			if o.asked != c.asked {
				t.Errorf("asked %d times; want %d", o.asked, c.asked)
			}
		})
	}
}

// full is a Keeper that has no room.
type full struct{ shelf }

var errFull = errors.New("full")

func (*full) KeepInPlaceOf(context.Context, Kept, Host, Token) error { return errFull }

// Another process has kept a token while GitLab was asked: it is not pushed out, and if it is the same, all is well.
func TestAdoptWhileAnotherKeeps(t *testing.T) {
	for secret, want := range map[string]Fate{"glpat-new": Goes, "glpat-other": Stays} {
		theirs := Token{Username: "them", Secret: NewSecret(secret), Life: Life{Expiry: ExpiryNever}}
		s, o := &shelf{meanwhile: &theirs}, oracle{life: Life{Expiry: ExpiryNever}}
		got := adopter(s, &o).Rule(t.Context(), host(t, reg), "me", NewSecret("glpat-new"))
		if got.Fate != want || s.tokens[reg].Secret.Reveal() != secret {
			t.Errorf("%s is kept meanwhile: %+v", secret, got)
		}
	}
}

// A clock that is ahead destroys no token that GitLab takes.
func TestAdoptWithAWrongClock(t *testing.T) {
	s, o := &shelf{}, oracle{life: Life{Expiry: ExpiryKnown, ExpiresAt: noon.Add(-time.Hour)}}
	got := adopter(s, &o).Rule(t.Context(), host(t, reg), "me", NewSecret("glpat-new"))
	if got.Fate != Stays || !errors.Is(got.Err, ErrClocks) {
		t.Errorf("%+v", got)
	}
}

// GitLab is asked about a host once while it cannot be reached, and never about a login that could not be kept.
func TestAdoptAsksNoMoreThanItMust(t *testing.T) {
	s, o := &shelf{}, oracle{err: &UnreachableError{Err: errFull}}
	a := adopter(s, &o)
	for _, secret := range []string{"glpat-1", "glpat-2", "glpat-3"} {
		if got := a.Rule(t.Context(), host(t, reg), "me", NewSecret(secret)); got.Fate != Stays {
			t.Errorf("%+v", got)
		}
	}
	for _, username := range []string{"", "a:b", "glpat-x"} {
		if got := adopter(s, &o).Rule(t.Context(), host(t, reg), username, NewSecret("glpat-4")); got.Fate != Stays {
			t.Errorf("%q: %+v", username, got)
		}
	}
	if o.asked != 1 {
		t.Errorf("GitLab was asked %d times", o.asked)
	}
}

// A token that GitLab refuses goes, whatever is kept.
func TestAdoptRefusedBesideAGoodOne(t *testing.T) {
	s, o := keeping(good()), oracle{err: &RefusedError{GitLab: "G"}}
	checkRuling(t, adopter(&s, &o).Rule(t.Context(), host(t, reg), "me", NewSecret("glpat-new")), Goes, "refused by G", nil)
	if s.tokens[reg].Secret.Reveal() != "glpat-good" {
		t.Error("what was kept is gone")
	}
}

// Of two good ones for a registry the first moves.
func TestAdoptTwo(t *testing.T) {
	for _, dry := range []bool{false, true} {
		s, o := keeping(dead()), oracle{life: verified()}
		a := adopter(&s, &o)
		a.Dry = dry
		rule := func(spelt, username, secret string) Ruling {
			return a.Rule(t.Context(), host(t, spelt), username, NewSecret(secret))
		}
		checkRuling(t, rule(reg, "me", "glpat-one"), Moves, "", nil)
		checkRuling(t, rule(reg, "me", "glpat-two"), Stays, "", &OtherKeptError{})
		checkRuling(t, rule(reg, "oauth2", "glpat-one"), Goes, "the very token", nil)
		checkRuling(t, rule("other.example.com", "me", "glpat-two"), Moves, "", nil)
		if kept := s.tokens[reg].Secret.Reveal(); kept == "glpat-one" == dry || len(s.tokens) == 1 != dry {
			t.Errorf("dry %v: kept %q of %d", dry, kept, len(s.tokens))
		}
	}
}

// Another user's credentials are not kept in this user's vault, and this user's vault is not asked about them.
func TestAdoptElsewhere(t *testing.T) {
	theirs := errors.New("another user's")
	for secret, c := range map[string]struct {
		inspect error
		fate    Fate
		why     string
		err     error
	}{
		"glpat-good": {nil, Stays, "", theirs},
		"glpat-dead": {&RefusedError{GitLab: "G"}, Goes, "refused by G", nil},
		"glcbt-64_x": {nil, Goes, "job token", nil},
	} {
		s, o := keeping(good()), oracle{life: verified(), err: c.inspect}
		a := adopter(&s, &o)
		a.Elsewhere = theirs
		checkRuling(t, a.Rule(t.Context(), host(t, reg), "me", NewSecret(secret)), c.fate, c.why, c.err)
		if s.opened != 0 || len(s.tokens) != 1 || s.tokens[reg].Secret.Reveal() != "glpat-good" {
			t.Errorf("%s: opened %d, kept %v", secret, s.opened, s.tokens)
		}
	}
}

// GitLab bans an address that asks about too many bad tokens.
func TestAdoptAsksOnlySoOften(t *testing.T) {
	s, o := keeping(good()), oracle{err: &RefusedError{GitLab: "G"}}
	a := adopter(&s, &o)
	for i := range maxQuestions {
		checkRuling(t, a.Rule(t.Context(), host(t, reg), "me", NewSecret(fmt.Sprint("glpat-", i))), Goes, "refused by G", nil)
	}
	checkRuling(t, a.Rule(t.Context(), host(t, reg), "me", NewSecret("glpat-x")), Stays, "", ErrTooMany)
	// What needs no question is ruled all the same.
	checkRuling(t, a.Rule(t.Context(), host(t, reg), "me", NewSecret("glcbt-64_x")), Goes, "job token", nil)
	checkRuling(t, a.Rule(t.Context(), host(t, reg), "me", NewSecret("glpat-good")), Goes, "the very token", nil)
	if o.asked != maxQuestions {
		t.Errorf("asked %d times", o.asked)
	}
}

// An Inspector that bounds itself, and remembers, is asked however often.
func TestAdoptBounded(t *testing.T) {
	s, o := shelf{}, oracle{err: &RefusedError{GitLab: "G"}}
	a := adopter(&s, &o)
	a.Bounded = true
	for i := range 2 * maxQuestions {
		checkRuling(t, a.Rule(t.Context(), host(t, reg), "me", NewSecret(fmt.Sprint("glpat-", i))), Goes, "refused by G", nil)
	}
	o.err = ErrTooMany
	checkRuling(t, a.Rule(t.Context(), host(t, reg), "me", NewSecret("glpat-x")), Stays, "", ErrTooMany)
}
