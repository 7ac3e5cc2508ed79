package gitlab

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// The answers of which the cases are made.
var (
	may31 = time.Date(2026, 5, 31, 0, 0, 0, 0, time.UTC)

	selfKnown = selfAnswer{answer: answer{outcome: accepted}, token: tokenRow{
		name: "laptop", scopes: []string{"api"}, expiry: credentials.ExpiryKnown, expiresAt: may31,
	}}
	selfNever = selfAnswer{answer: answer{outcome: accepted}, token: tokenRow{expiry: credentials.ExpiryNever}}
	selfNo    = selfAnswer{answer: answer{outcome: refused, word: "401 Unauthorized"}}
	selfLacks = selfAnswer{answer: answer{outcome: refused, err: errors.New("no such page")}}
	selfBlock = selfAnswer{answer: answer{outcome: forbidden, word: "account blocked"}}
	selfOut   = selfAnswer{answer: answer{err: errors.New("self is away")}}
	selfOdd   = selfAnswer{answer: answer{outcome: garbled, err: errors.New("an odd date")}}
	selfDead  = selfAnswer{answer: answer{outcome: refused, word: "Token is expired."}, dead: credentials.RefusedExpired}
	selfGone  = selfAnswer{answer: answer{outcome: accepted}, dead: credentials.RefusedRevoked}

	signInYes   = answer{outcome: accepted}
	signInNo    = answer{outcome: refused, word: "Access denied"}
	signInNever = answer{outcome: forbidden, word: "access forbidden"}
	signInOut   = answer{err: errors.New("sign-in is away")}
)

func TestJudgeAccepts(t *testing.T) {
	t.Parallel()
	known := credentials.Life{
		Kind: credentials.KindPersonal, Name: "laptop", Scopes: []string{"api"},
		Expiry: credentials.ExpiryKnown, ExpiresAt: may31, VerifiedAt: noon, GitLab: "https://gitlab.example.com",
	}
	never := credentials.Life{
		Kind: credentials.KindPersonal, Expiry: credentials.ExpiryNever, VerifiedAt: noon,
		GitLab: "https://gitlab.example.com",
	}
	unknown := credentials.Life{
		Kind: credentials.KindDeploy, Expiry: credentials.ExpiryUnknown, VerifiedAt: noon,
		GitLab: "https://gitlab.example.com",
	}
	for name, tc := range map[string]struct {
		self   selfAnswer
		signIn answer
		want   credentials.Life
	}{
		"both":                           {selfKnown, signInYes, known},
		"both, no expiry":                {selfNever, signInYes, never},
		"self, sign-in away":             {selfKnown, signInOut, known},
		"sign-in, self does not know it": {selfNo, signInYes, unknown},
		"sign-in, self forbids":          {selfBlock, signInYes, unknown},
		"sign-in, self away":             {selfOut, signInYes, unknown},
		"sign-in, self not understood":   {selfOdd, signInYes, unknown},
	} {
		life, err := judge(aQuestion(t), tc.self, tc.signIn, noon)
		if err != nil || !reflect.DeepEqual(life, tc.want) {
			t.Errorf("%s: %+v, %v; want %+v", name, life, err, tc.want)
		}
	}
}

func TestJudgeRefuses(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		self   selfAnswer
		signIn answer
		why    credentials.Refusal
		word   string
		byAPI  bool
	}{
		"dead":                        {selfDead, answer{}, credentials.RefusedExpired, "Token is expired.", true},
		"dead, whatever sign-in says": {selfDead, signInYes, credentials.RefusedExpired, "Token is expired.", true},
		"dead in a row":               {selfGone, answer{}, credentials.RefusedRevoked, "", true},
		"no right":                    {selfKnown, signInNever, credentials.RefusedNoRight, "access forbidden", false},
		"no right, older sign-in":     {selfKnown, signInNo, credentials.RefusedNoRight, "Access denied", false},
		"unknown":                     {selfNo, signInNo, credentials.RefusedUnknown, "Access denied", true},
		"blocked":                     {selfBlock, signInNo, credentials.RefusedBlocked, "account blocked", true},
		"deploy token without right":  {selfNo, signInNever, credentials.RefusedNoRight, "access forbidden", true},
		"blocked and without right":   {selfBlock, signInNever, credentials.RefusedNoRight, "access forbidden", true},
		"no such page, unknown":       {selfLacks, signInNo, credentials.RefusedUnknown, "Access denied", false},
		"self away, unknown":          {selfOut, signInNo, credentials.RefusedUnknown, "Access denied", false},
		"not understood, unknown":     {selfOdd, signInNo, credentials.RefusedUnknown, "Access denied", false},
		"not understood, no right":    {selfOdd, signInNever, credentials.RefusedNoRight, "access forbidden", false},
		"self away, without right":    {selfOut, signInNever, credentials.RefusedNoRight, "access forbidden", false},
	} {
		q := aQuestion(t)
		life, err := judge(q, tc.self, tc.signIn, noon)
		want := &credentials.RefusedError{Host: q.host, Why: tc.why, Word: tc.word, GitLab: q.base, ByAPI: tc.byAPI}
		if !reflect.DeepEqual(err, error(want)) || !reflect.DeepEqual(life, credentials.Life{}) {
			t.Errorf("%s: %+v, %#v; want %#v", name, life, err, want)
		}
	}
}

func TestJudgeCannotTell(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		self   selfAnswer
		signIn answer
		want   error
	}{
		"both away":                    {selfOut, signInOut, selfOut.err},
		"self refuses, sign-in away":   {selfNo, signInOut, signInOut.err},
		"self forbids, sign-in away":   {selfBlock, signInOut, signInOut.err},
		"not understood, sign-in away": {selfOdd, signInOut, selfOdd.err},
	} {
		q := aQuestion(t)
		_, err := judge(q, tc.self, tc.signIn, noon)
		if want := (&credentials.UnreachableError{Host: q.host, Err: tc.want}); !reflect.DeepEqual(err, error(want)) {
			t.Errorf("%s: %#v, want %#v", name, err, want)
		}
	}
}

func TestSettled(t *testing.T) {
	t.Parallel()
	for want, answers := range map[bool][]selfAnswer{
		true:  {selfDead, selfGone},
		false: {selfKnown, selfNever, selfNo, selfLacks, selfBlock, selfOut, selfOdd},
	} {
		for _, self := range answers {
			if settled(self) != want {
				t.Errorf("%v: settled is not %v", self, want)
			}
		}
	}
}

func aQuestion(t *testing.T) question {
	t.Helper()
	return question{
		host: hostOf(t, "registry.example.com"), base: "https://gitlab.example.com", kind: credentials.KindDeploy,
	}
}
