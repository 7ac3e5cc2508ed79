package credentials

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// adopter is outside of a job unless its Helper is given one.
func adopter(k Keeper, o *oracle) *Adopter {
	return &Adopter{Helper: &Helper{Keeper: k, Inspector: o, Now: at(noon)}}
}

// checkRuling compares a ruling; why is a part of Ruling.Why.
func checkRuling(t *testing.T, got Ruling, fate Fate, why string, err error) {
	t.Helper()
	switch {
	case got.Fate != fate, !sameError(got.Err, err), !strings.Contains(got.Why, why), (got.Why == "") != (why == ""):
		t.Errorf("%s, %q, %v; want %s, %q, %T", got.Fate, got.Why, got.Err, fate, why, err)
	case (fate == Moves) != (got.Life.Expiry != ""), (fate == Stays) != (got.Err != nil):
		t.Errorf("%+v", got)
	}
}

// What a credential tells by itself needs no GitLab and no vault, in a job and outside of one.
func TestAdoptWhatIsDeadByItself(t *testing.T) {
	jwt := func(exp time.Time) string {
		return strings.TrimPrefix(jobJWT(fmt.Sprintf(`{"exp":%d}`, exp.Unix())).Reveal(), jobTokenPrefix)
	}
	deadJWT, liveJWT := jwt(noon), jwt(noon.Add(time.Second))
	const random = "abcdefghij0123456789"
	for name, c := range map[string]struct {
		username, secret string
		job              Job
		why              string // "" where it tells nothing
	}{
		"the job's own, opaque":        {"anyone", "opaque", inJob(NewSecret("opaque")), "job token"},
		"the job's own, by its name":   {JobUsername, "opaque", inJob(NewSecret("opaque")), "job token"},
		"another job's":                {JobUsername, "glcbt-64_x", inJob(NewSecret("opaque")), "job token"},
		"some job's, outside of a job": {"anyone", "glcbt-64_x", Job{}, "job token"},
		"with an instance prefix":      {JobUsername, "corp-glcbt-64_x", Job{}, "job token"},
		"old shape":                    {JobUsername, "64_" + random, Job{}, "job token"},
		"old shape, one letter":        {JobUsername, "a_" + random, Job{}, "job token"},
		"old shape, somebody's":        {"me", "64_" + random, Job{}, ""},
		"old shape, too short":         {JobUsername, "64_" + random[1:], Job{}, ""},
		"old shape, too long":          {JobUsername, "64_" + random + "x", Job{}, ""},
		"old shape, no partition":      {JobUsername, "_" + random, Job{}, ""},
		"old shape, no number":         {JobUsername, "xy_" + random, Job{}, ""},
		"a personal token by its name": {JobUsername, "glpat-x", Job{}, ""},
		"JWT, expired":                 {"me", deadJWT, Job{}, "expired on 2026-03-01 12:00 UTC"},
		"JWT, expired, in a job":       {"me", deadJWT, inJob(NewSecret("opaque")), "expired on"},
		"JWT, good for a second":       {"me", liveJWT, Job{}, ""},
		"nothing":                      {"me", "", Job{}, "no secret"},
	} {
		t.Run(name, func(t *testing.T) {
			s, o := keeping(good()), oracle{err: &RefusedError{GitLab: "https://gitlab.example.com", Why: RefusedUnknown}}
			a := adopter(&s, &o)
			a.Helper.Job = c.job
			got := a.Rule(t.Context(), host(t, reg), c.username, NewSecret(c.secret))
			if c.why == "" {
				checkRuling(t, got, Goes, "refused by https://gitlab.example.com: "+string(RefusedUnknown), nil)
				return
			}
			checkRuling(t, got, Goes, c.why, nil)
			if o.asked != 0 || s.opened != 0 {
				t.Errorf("asked %d, opened %d", o.asked, s.opened)
			}
		})
	}
}

func TestAdoptInAJobAsksNobody(t *testing.T) {
	s, o := keeping(good()), oracle{life: verified()}
	a := adopter(&s, &o)
	a.Helper.Job = inJob(NewSecret("opaque"))
	checkRuling(t, a.Rule(t.Context(), host(t, reg), "me", NewSecret("glpat-good")), Stays, "", ErrUnasked)
	if o.asked != 0 || s.opened != 0 || len(s.tokens) != 1 {
		t.Errorf("asked %d, opened %d, kept %v", o.asked, s.opened, s.tokens)
	}
}

func TestAdoptAsksGitLab(t *testing.T) {
	unreachable := &UnreachableError{Err: errors.New("no route")}
	minutes := Life{Expiry: ExpiryKnown, ExpiresAt: noon.Add(time.Minute), VerifiedAt: noon}
	never := Life{Expiry: ExpiryNever, VerifiedAt: noon}
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		life     Life
		inspect  error
		username string
		fate     Fate
		why      string
		err      error
	}{
		"good":             {verified(), nil, "me", Moves, "", nil},
		"good for ever":    {never, nil, "me", Moves, "", nil},
		"good for minutes": {minutes, nil, "me", Goes, "within minutes", nil},
		"refused":          {Life{}, &RefusedError{GitLab: "G", Why: RefusedExpired}, "me", Goes, "refused by G: it has expired", nil},
		"refused, wrapped": {Life{}, fmt.Errorf("x: %w", &RefusedError{GitLab: "G"}), "me", Goes, "refused by G", nil},
		"unreachable":      {Life{}, unreachable, "me", Stays, "", unreachable},
		"no GitLab":        {Life{}, &NotGitLabError{}, "me", Stays, "", &NotGitLabError{}},
		"something else":   {Life{}, broken, "me", Stays, "", broken},
		// What could not be kept does not travel either.
		"a token as username": {verified(), nil, "glpat-x", Stays, "", &BadLoginError{}},
		"an identity token":   {verified(), nil, "<token>", Stays, "", &BadLoginError{}},
		"a colon in it":       {Life{}, &RefusedError{GitLab: "G"}, "a:b", Stays, "", &BadLoginError{}},
		"a line end in it":    {verified(), nil, "a\nb", Stays, "", &BadLoginError{}},
		"no username":         {verified(), nil, "", Stays, "", &BadLoginError{}},
	} {
		t.Run(name, func(t *testing.T) {
			s, o := shelf{}, oracle{life: c.life, err: c.inspect}
			got := adopter(&s, &o).Rule(t.Context(), host(t, reg), c.username, NewSecret("glpat-x"))
			checkRuling(t, got, c.fate, c.why, c.err)
			kept, ok := s.tokens[reg]
			var bad *BadLoginError
			if ok != (c.fate == Moves) || (o.asked == 1) == errors.As(got.Err, &bad) {
				t.Errorf("kept %v, asked %d", s.tokens, o.asked)
			}
			if ok && (kept.Username != "me" || kept.Secret.Reveal() != "glpat-x" || !kept.Life.StoredAt.Equal(noon)) {
				t.Errorf("kept %+v", kept)
			}
		})
	}
}
