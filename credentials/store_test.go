package credentials

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// oracle is an Inspector that always says the same, and counts how often it is asked.
type oracle struct {
	life  Life
	err   error
	asked int
}

func (o *oracle) Inspect(context.Context, Question) (Finding, error) {
	o.asked++
	return Finding{Life: o.life}, o.err
}

const reg = "registry.example.com"

func verified() Life {
	return Life{Kind: KindPersonal, Expiry: ExpiryKnown, ExpiresAt: noon.AddDate(0, 1, 0), VerifiedAt: noon}
}

func TestStoreKeepsWhatGitLabAccepts(t *testing.T) {
	s, o := shelf{}, oracle{life: verified()}
	h := &Helper{Keeper: &s, Inspector: &o, Now: at(noon)}
	if err := h.Store(t.Context(), "https://"+reg+"/", "me", NewSecret("glpat-new")); err != nil {
		t.Fatal(err)
	}
	kept := s.tokens[reg]
	if kept.Username != "me" || kept.Secret.Reveal() != "glpat-new" || !kept.Life.StoredAt.Equal(noon) || o.asked != 1 {
		t.Errorf("kept %+v, asked %d times", kept, o.asked)
	}
}

func TestStoreOfTheSameSecret(t *testing.T) {
	old := noon.AddDate(0, -2, 0)
	unreachable := &UnreachableError{Err: errors.New("no route")}
	for name, c := range map[string]struct {
		life      Life
		inspect   error
		wantAsked int
		wantErr   error
	}{
		"verified and good":              {verified(), unreachable, 0, nil},
		"never verified":                 {Life{Expiry: ExpiryUnknown, StoredAt: noon}, nil, 1, nil},
		"never verified, out of reach":   {Life{Expiry: ExpiryUnknown, StoredAt: noon}, unreachable, 1, nil},
		"30 days over":                   {Life{Expiry: ExpiryUnknown, StoredAt: old, VerifiedAt: old}, nil, 1, nil},
		"30 days over, out of reach":     {Life{Expiry: ExpiryUnknown, StoredAt: old, VerifiedAt: old}, unreachable, 1, unreachable},
		"called revoked, and GitLab too": {Life{Expiry: ExpiryNever, VerifiedAt: noon, Verdict: VerdictRevoked}, &RefusedError{}, 1, &RefusedError{}},
	} {
		t.Run(name, func(t *testing.T) {
			s := keeping(Token{Username: "me", Secret: NewSecret("glpat-same"), Life: c.life})
			o := oracle{life: verified(), err: c.inspect}
			h := &Helper{Keeper: &s, Inspector: &o, Now: at(noon)}
			err := h.Store(t.Context(), reg, "me", NewSecret("glpat-same"))
			if o.asked != c.wantAsked || !sameError(err, c.wantErr) {
				t.Errorf("asked %d times, %v; want %d, %v", o.asked, err, c.wantAsked, c.wantErr)
			}
			if c.inspect != nil && !s.tokens[reg].Life.StoredAt.Equal(c.life.StoredAt) {
				t.Error("the kept token was touched")
			}
		})
	}
}

func TestStoreLeavesWhatWasKeptWhenRefused(t *testing.T) {
	for _, refusal := range []error{&RefusedError{Why: RefusedExpired}, &NotGitLabError{}} {
		s, o := keeping(good()), oracle{err: refusal}
		h := &Helper{Keeper: &s, Inspector: &o, Now: at(noon)}
		if err := h.Store(t.Context(), reg, "me", NewSecret("glpat-new")); !sameError(err, refusal) {
			t.Errorf("Store = %v; want %T", err, refusal)
		}
		if s.tokens[reg].Secret.Reveal() != "glpat-good" {
			t.Error("what was kept is gone")
		}
	}
}

func TestStoreOutOfReachKeepsItUnverified(t *testing.T) {
	var notes []string
	s, o := shelf{}, oracle{err: &UnreachableError{Err: errors.New("no route")}}
	h := &Helper{Keeper: &s, Inspector: &o, Now: at(noon), Note: func(f string, a ...any) { notes = append(notes, fmt.Sprintf(f, a...)) }}
	if err := h.Store(t.Context(), reg, "bot", NewSecret("gldt-x")); err != nil {
		t.Fatal(err)
	}
	life := s.tokens[reg].Life
	if life.Expiry != ExpiryUnknown || life.Verified() || life.Kind != KindDeploy || !life.StoredAt.Equal(noon) {
		t.Errorf("%+v", life)
	}
	if len(notes) != 1 || !strings.Contains(notes[0], "no route") {
		t.Errorf("notes %q", notes)
	}
	if life.Check(noon.Add(UnverifiedGrace-time.Second)) != nil || life.Check(noon.Add(UnverifiedGrace)) == nil {
		t.Error("it is not good for exactly 30 days")
	}
}

func TestStoreOfAJobTokenKeepsNothing(t *testing.T) {
	for name, c := range map[string]struct {
		job    Job
		secret string
		notes  int
	}{
		"the job's own":                   {inJob(NewSecret("opaque")), "opaque", 0},
		"another job's, in a job":         {inJob(NewSecret("opaque")), "glcbt-64_x", 0},
		"some job's, outside of a job":    {Job{}, "glcbt-64_x", 1},
		"with an instance prefix, no job": {Job{}, "corp-glcbt-64_x", 1},
	} {
		notes := 0
		s, o := keeping(good()), oracle{}
		h := &Helper{Job: c.job, Keeper: &s, Inspector: &o, Now: at(noon), Note: func(string, ...any) { notes++ }}
		err := h.Store(t.Context(), reg, "anyone", NewSecret(c.secret))
		if err != nil || o.asked != 0 || notes != c.notes || s.tokens[reg].Secret.Reveal() != "glpat-good" {
			t.Errorf("%s: %v, asked %d, notes %d", name, err, o.asked, notes)
		}
	}
}

func TestStoreAsksNobodyWhenItCouldNotKeepIt(t *testing.T) {
	locked := errors.New("locked")
	for name, c := range map[string]struct {
		username, secret string
		shelf            shelf
		want             error
	}{
		"identity token":       {"<token>", "x", shelf{}, &BadLoginError{}},
		"colon":                {"a:b", "x", shelf{}, &BadLoginError{}},
		"line in the username": {"a\nb", "x", shelf{}, &BadLoginError{}},
		"no secret":            {"a", "", shelf{}, &BadLoginError{}},
		"line in the secret":   {"a", "x\ny", shelf{}, &BadLoginError{}},
		"locked":               {"a", "x", shelf{err: locked}, locked},
		"not ready":            {"a", "x", shelf{readyE: locked}, locked},
		"username is a token":  {"glpat-abc", "x", shelf{}, &BadLoginError{}},
		"username is secret":   {"hunter2", "hunter2", shelf{}, &BadLoginError{}},
	} {
		o := oracle{life: verified()}
		h := &Helper{Keeper: &c.shelf, Inspector: &o, Now: at(noon)}
		if err := h.Store(t.Context(), reg, c.username, NewSecret(c.secret)); !sameError(err, c.want) || o.asked != 0 {
			t.Errorf("%s: %v, asked %d; want %T", name, err, o.asked, c.want)
		}
	}
}

// What is kept already only spares work: an old record that is lost, locked away in a vault that is not used any more, or
// written by a newer version does not keep a new login out.
func TestStoreOverARecordThatCannotBeRead(t *testing.T) {
	for _, cause := range []error{fmt.Errorf("gone: %w", ErrLost), errors.New("locked")} {
		s, o := keeping(good()), oracle{life: verified()}
		s.revealE = cause
		h := &Helper{Keeper: &s, Inspector: &o, Now: at(noon)}
		if err := h.Store(t.Context(), reg, "me", NewSecret("glpat-new")); err != nil {
			t.Fatal(err)
		}
		if s.tokens[reg].Secret.Reveal() != "glpat-new" {
			t.Error("not kept")
		}
	}
}

// A record that the catalogue does not know is of a write that was cut short: storing the same again repairs it.
func TestStoreRepairsAWriteThatWasCutShort(t *testing.T) {
	tok := Token{Username: "me", Secret: NewSecret("glpat-new"), Life: verified(), ID: "of the record"}
	l, o := &liar{shelf: keeping(good()), record: tok}, oracle{life: verified()}
	h := &Helper{Keeper: l, Inspector: &o, Now: at(noon)}
	if err := h.Store(t.Context(), reg, "me", NewSecret("glpat-new")); err != nil || o.asked != 1 {
		t.Fatalf("Store = %v, asked %d", err, o.asked)
	}
	if l.tokens[reg].Secret.Reveal() != "glpat-new" {
		t.Error("the catalogue was not repaired")
	}
}

func TestStoreRefusesWhatGetWouldRefuse(t *testing.T) {
	for _, life := range []Life{
		{Expiry: ExpiryKnown, ExpiresAt: noon.Add(time.Minute), VerifiedAt: noon},
		{Expiry: ExpiryKnown, ExpiresAt: noon.AddDate(-1, 0, 0), VerifiedAt: noon},
		{Expiry: ExpiryKnown, VerifiedAt: noon},
	} {
		s, o := keeping(good()), oracle{life: life}
		h := &Helper{Keeper: &s, Inspector: &o, Now: at(noon)}
		if err := h.Store(t.Context(), reg, "me", NewSecret("glpat-new")); err == nil || s.tokens[reg].Secret.Reveal() != "glpat-good" {
			t.Errorf("%+v: Store = %v", life, err)
		}
	}
}

func TestStoreInAJobSaysThatTheJobTokenAnswers(t *testing.T) {
	notes := 0
	s, o := shelf{}, oracle{life: verified()}
	h := &Helper{Job: inJob(NewSecret("opaque")), Keeper: &s, Inspector: &o, Now: at(noon), Note: func(string, ...any) { notes++ }}
	if err := h.Store(t.Context(), reg, "bot", NewSecret("gldt-x")); err != nil || notes != 1 {
		t.Errorf("Store = %v, %d notes", err, notes)
	}
}

func TestUnreachableWithAnotherUsernameIsKeptAnew(t *testing.T) {
	s := keeping(Token{Username: "wrong", Secret: NewSecret("gldt-x"), Life: Life{Expiry: ExpiryUnknown, StoredAt: noon}})
	o := oracle{err: &UnreachableError{Err: errors.New("no route")}}
	if err := (&Helper{Keeper: &s, Inspector: &o, Now: at(noon)}).Store(t.Context(), reg, "right", NewSecret("gldt-x")); err != nil {
		t.Fatal(err)
	}
	if got := s.tokens[reg].Username; got != "right" {
		t.Errorf("the username is %q", got)
	}
}
