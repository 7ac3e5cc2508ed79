package credentials

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

func good() Token {
	return Token{Username: "me", Secret: NewSecret("glpat-good"), Life: Life{Expiry: ExpiryKnown, ExpiresAt: noon.AddDate(0, 1, 0)}}
}

func dead() Token {
	return Token{Username: "me", Secret: NewSecret("glpat-dead"), Life: Life{Expiry: ExpiryKnown, ExpiresAt: noon.AddDate(0, 0, -1)}}
}

func inJob(token Secret, more ...string) Job {
	return ReadJob(env(append([]string{"CI_JOB_TOKEN", token.Reveal(), "CI_REGISTRY", "registry.example.com"}, more...)...))
}

func at(t time.Time) func() time.Time { return func() time.Time { return t } }

func TestGet(t *testing.T) {
	deadJWT := jobJWT(fmt.Sprintf(`{"exp":%d}`, noon.Add(-2*time.Minute).Unix()))
	liveJWT := jobJWT(fmt.Sprintf(`{"exp":%d}`, noon.Add(time.Minute).Unix()))
	locked := errors.New("locked")
	for name, c := range map[string]struct {
		job    Job
		shelf  shelf
		host   string
		want   string // the secret; "" where an error is due
		err    error
		opened int
	}{
		"job host":                        {inJob(NewSecret("glcbt-1")), shelf{err: locked}, "registry.example.com", "glcbt-1", nil, 0},
		"job host, JWT":                   {inJob(liveJWT), shelf{err: locked}, "registry.example.com", liveJWT.Reveal(), nil, 0},
		"job host wins over what is kept": {inJob(NewSecret("glcbt-1")), keeping(good()), "registry.example.com", "glcbt-1", nil, 0},
		"job host, despite a bad list":    {inJob(NewSecret("glcbt-1"), "GITLABJOB_HOSTS", "*"), shelf{}, "registry.example.com", "glcbt-1", nil, 0},
		"other host, bad list":            {inJob(NewSecret("glcbt-1"), "GITLABJOB_HOSTS", "*"), shelf{}, "other.example.com", "", &BadVariableError{}, 0},
		"other host in a job":             {inJob(NewSecret("glcbt-1")), shelf{}, "other.example.com", "", ErrNotFound, 0},
		"dead job token, nothing kept":    {inJob(deadJWT), shelf{}, "registry.example.com", "", &JobOverError{}, 0},
		"dead job token, a good one kept": {inJob(deadJWT), keeping(good()), "registry.example.com", "glpat-good", nil, 1},
		"dead job token, a dead one kept": {inJob(deadJWT), keeping(dead()), "registry.example.com", "", &NotGoodError{}, 0},
		"kept":                            {Job{}, keeping(good()), "registry.example.com", "glpat-good", nil, 1},
		"kept, and dead: never opened":    {Job{}, keeping(dead()), "registry.example.com", "", &NotGoodError{}, 0},
		"nothing":                         {Job{}, shelf{}, "registry.example.com", "", ErrNotFound, 0},
		"locked":                          {Job{}, shelf{err: locked}, "registry.example.com", "", locked, 0},
		"bad host":                        {Job{}, shelf{}, "a@b", "", &BadHostError{}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			h := &Helper{Job: c.job, Keeper: &c.shelf, Now: at(noon)}
			username, secret, err := h.Get(t.Context(), c.host)
			if secret.Reveal() != c.want || !sameError(err, c.err) {
				t.Errorf("Get = %q, %v; want %q, %T", secret.Reveal(), err, c.want, c.err)
			}
			if c.want == "" != (username == "") {
				t.Errorf("username %q", username)
			}
			if c.shelf.opened != c.opened {
				t.Errorf("the vault was opened %d times; want %d", c.shelf.opened, c.opened)
			}
		})
	}
}

// The vault's own word counts as well: a catalogue that says "good" does not revive a dead record.
func TestGetBelievesTheRecordToo(t *testing.T) {
	h := &Helper{Keeper: &liar{shelf: keeping(good()), record: dead()}, Now: at(noon)}
	_, secret, err := h.Get(t.Context(), "registry.example.com")
	var bad *NotGoodError
	if !errors.As(err, &bad) || !secret.Empty() || bad.Host.String() != "registry.example.com" {
		t.Errorf("Get = %v, %v", secret.Reveal(), err)
	}
}

type liar struct {
	shelf
	record Token
}

func (l *liar) Reveal(context.Context, Kept) (Token, error) { return l.record, nil }

func keeping(t Token) shelf { return shelf{tokens: map[string]Token{"registry.example.com": t}} }

// sameError compares by type for the typed errors and by identity for the others.
func sameError(got, want error) bool {
	if want == nil || got == nil || errors.Is(got, want) {
		return errors.Is(got, want)
	}
	return reflect.TypeOf(got) == reflect.TypeOf(want) && reflect.TypeOf(got).Kind() == reflect.Pointer &&
		!strings.Contains(reflect.TypeOf(got).String(), "errors.")
}

func TestOnMiss(t *testing.T) {
	over := inJob(jobJWT(`{"exp":1}`))
	locked := errors.New("locked")
	for name, c := range map[string]struct {
		onMiss string
		job    Job
		shelf  shelf
		want   error
	}{
		"error, nothing":       {"error", Job{}, shelf{}, &MissError{}},
		"error, dead":          {"error", Job{}, keeping(dead()), &NotGoodError{}},
		"error, locked":        {"error", Job{}, shelf{err: locked}, locked},
		"not-found, nothing":   {"not-found", Job{}, shelf{}, ErrNotFound},
		"not-found, dead":      {"not-found", Job{}, keeping(dead()), ErrNotFound},
		"not-found, job over":  {"not-found", over, shelf{}, ErrNotFound},
		"not-found, locked":    {"not-found", Job{}, shelf{err: locked}, locked},
		"misspelt, nothing":    {"notfound", Job{}, shelf{}, &BadVariableError{}},
		"misspelt, good":       {"notfound", Job{}, keeping(good()), nil},
		"misspelt, in the job": {"notfound", inJob(NewSecret("glcbt-1")), shelf{}, nil},
	} {
		h := &Helper{Job: c.job, Keeper: &c.shelf, Now: at(noon), OnMiss: c.onMiss}
		if _, _, err := h.Get(t.Context(), "registry.example.com"); !sameError(err, c.want) {
			t.Errorf("%s: %v; want %T", name, err, c.want)
		}
	}
}

func TestErase(t *testing.T) {
	s := keeping(good())
	if err := (&Helper{Job: inJob(NewSecret("t")), Keeper: &s, Now: at(noon)}).Erase(t.Context(), "registry.example.com"); err != nil || len(s.tokens) != 1 {
		t.Errorf("a job's logout: %v, left %v", err, s.tokens)
	}
	for range 2 { // idempotent
		if err := (&Helper{Keeper: &s, Now: at(noon)}).Erase(t.Context(), "https://registry.example.com"); err != nil || len(s.tokens) != 0 {
			t.Errorf("Erase: %v, left %v", err, s.tokens)
		}
	}
	var bad *BadHostError
	if err := (&Helper{Keeper: &s}).Erase(t.Context(), "a b"); !errors.As(err, &bad) {
		t.Errorf("Erase(a b) = %v", err)
	}
}

// A job that is over covers nothing: what get serves then, erase removes.
func TestEraseOfAJobHostThatIsOver(t *testing.T) {
	s := keeping(good())
	h := &Helper{Job: inJob(jobJWT(`{"exp":1}`)), Keeper: &s, Now: at(noon)}
	if err := h.Erase(t.Context(), "registry.example.com"); err != nil || len(s.tokens) != 0 {
		t.Errorf("Erase: %v, left %v", err, s.tokens)
	}
}

func TestListIsWhatGetWouldServe(t *testing.T) {
	s := shelf{tokens: map[string]Token{"good.example": good(), "dead.example": dead(), "gitlab.example": good()}}
	job := inJob(NewSecret("t"), "CI_DEPENDENCY_PROXY_SERVER", "gitlab.example:443")
	for name, c := range map[string]struct {
		job  Job
		want map[string]string
	}{
		"no job": {Job{}, map[string]string{"good.example": "me", "gitlab.example": "me"}},
		"job": {job, map[string]string{
			"good.example": "me", "registry.example.com": JobUsername, "gitlab.example:443": JobUsername,
		}},
		"job, bad list": {inJob(NewSecret("t"), "GITLABJOB_HOSTS", "*"), map[string]string{"registry.example.com": JobUsername}},
		"job over":      {inJob(jobJWT(`{"exp":1}`)), map[string]string{"good.example": "me", "gitlab.example": "me"}},
	} {
		h := &Helper{Job: c.job, Keeper: &s, Now: at(noon)}
		got, err := h.List(t.Context())
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %v, %v; want %v", name, got, err, c.want)
		}
		for spelt := range got {
			if _, _, err := h.Get(t.Context(), spelt); err != nil {
				t.Errorf("%s: listed %s, and get says %v", name, spelt, err)
			}
		}
	}
	if got, err := (&Helper{Keeper: &shelf{}, Now: at(noon)}).List(t.Context()); err != nil || got == nil || len(got) != 0 {
		t.Errorf("nothing kept: %v, %v; want an empty map", got, err)
	}
}
