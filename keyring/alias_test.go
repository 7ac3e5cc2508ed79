package keyring_test

import (
	"errors"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// What is kept for a registry answers for its GitLab's dependency proxy as well, while there is only one secret that
// could be meant.
func TestAliases(t *testing.T) {
	const proxy = "gitlab.example.com"
	for name, c := range map[string]struct {
		keep map[string]credentials.Token
		want string // whose host the answer has; "": nobody answers
	}{
		"one registry":                         {map[string]credentials.Token{"a.example": ofGitLab("glpat-1", "me")}, "a.example"},
		"two with one secret":                  {map[string]credentials.Token{"a.example": ofGitLab("glpat-1", "me"), "b.example": ofGitLab("glpat-1", "me")}, "a.example"},
		"two with two secrets":                 {map[string]credentials.Token{"a.example": ofGitLab("glpat-1", "me"), "b.example": ofGitLab("glpat-2", "me")}, ""},
		"the second without the proxy's right": {map[string]credentials.Token{"a.example": ofGitLab("glpat-1", "me"), "b.example": noProxy("glpat-2")}, ""},
		"another GitLab's besides":             {map[string]credentials.Token{"a.example": ofGitLab("glpat-1", "me"), "b.example": token("glpat-2")}, "a.example"},
		"the alias has a token of its own":     {map[string]credentials.Token{"a.example": ofGitLab("glpat-1", "me"), proxy: token("glpat-2")}, proxy},
		"no right there":                       {map[string]credentials.Token{"a.example": noProxy("glpat-1")}, ""},
	} {
		r := newRig(t)
		for name, tok := range c.keep {
			if err := r.Keep(t.Context(), host(t, name), tok); err != nil {
				t.Fatal(err)
			}
		}
		k, err := r.Find(t.Context(), host(t, proxy))
		if c.want == "" {
			if !errors.Is(err, credentials.ErrNotKept) {
				t.Errorf("%s: Find = %v, %v; want ErrNotKept", name, k, err)
			}
			continue
		}
		if err != nil || k.Host.String() != c.want {
			t.Errorf("%s: Find = %v, %v; want that of %s", name, k.Host, err, c.want)
			continue
		}
		tok, err := r.Reveal(t.Context(), k)
		if want := c.keep[c.want].Secret.Reveal(); err != nil || tok.Secret.Reveal() != want {
			t.Errorf("%s: %q, %v; want %q", name, tok.Secret.Reveal(), err, want)
		}
		all, err := r.All(t.Context())
		if err != nil || len(all) != len(c.keep) {
			t.Errorf("%s: an alias is listed: %v, %v", name, all, err)
		}
	}
}

func noProxy(secret string) credentials.Token {
	tok := ofGitLab(secret, "me")
	tok.Life.Aliases = nil
	return tok
}

// A login with the secret of another registry of the same GitLab shares its name, and with nobody else's.
func TestWhichTokensAreTheSame(t *testing.T) {
	elsewhere, nowhere := ofGitLab("glpat-1", "me"), ofGitLab("glpat-1", "me")
	elsewhere.Life.GitLab, nowhere.Life.GitLab = "https://gitlab.other.example", ""
	for name, c := range map[string]struct {
		second credentials.Token
		same   bool
	}{
		"the same secret":                {ofGitLab("glpat-1", "robot"), true},
		"another secret":                 {ofGitLab("glpat-2", "me"), false},
		"at another GitLab":              {elsewhere, false},
		"at a GitLab that nobody knows":  {nowhere, false},
		"and a secret with more to it":   {ofGitLab("glpat-11", "me"), false},
		"and the same but for its case":  {ofGitLab("glpat-1"[:6]+"I", "me"), false},
		"the same, without the alias":    {noProxy("glpat-1"), true},
		"the same, and expires some day": {fresh1(), true},
	} {
		r := newRig(t)
		first, second := host(t, "a.example"), host(t, "b.example")
		for range 2 { // a second login with the same secret changes nothing
			if err := errors.Join(r.Keep(t.Context(), first, ofGitLab("glpat-1", "me")), r.Keep(t.Context(), second, c.second)); err != nil {
				t.Fatal(err)
			}
		}
		a, errA := r.Find(t.Context(), first)
		b, errB := r.Find(t.Context(), second)
		if err := errors.Join(errA, errB); err != nil || (a.ID == b.ID) != c.same {
			t.Errorf("%s: %s and %s, %v", name, a.ID, b.ID, err)
		}
	}
}

func fresh1() credentials.Token {
	tok := ofGitLab("glpat-1", "me")
	tok.Life.ExpiresAt = now.AddDate(0, 7, 0)
	return tok
}
