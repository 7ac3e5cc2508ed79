package credentials

import (
	"encoding/base64"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
)

func TestDateExpiry(t *testing.T) {
	at, err := DateExpiry("2026-03-01")
	if want := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC); err != nil || !at.Equal(want) {
		t.Errorf("DateExpiry = %v, %v; want %v", at, err, want)
	}
	for _, bad := range []string{"", "2026-02-30", "2026-3-1", "2026-03-01T00:00:00Z", "01.03.2026", " 2026-03-01"} {
		if _, err := DateExpiry(bad); err == nil {
			t.Errorf("DateExpiry(%q) = nil error", bad)
		}
	}
}

// jobJWT is a job token whose claims are the given JSON, as gl:lib/ci/job_token/jwt.rb lays one out.
func jobJWT(claims string) Secret {
	part := base64.RawURLEncoding.EncodeToString
	return NewSecret("glcbt-" + part([]byte(`{"alg":"RS256","kid":"x","typ":"JWT"}`)) + "." + part([]byte(claims)) + "." +
		part([]byte("signature")))
}

func TestJWTExpiry(t *testing.T) {
	for name, c := range map[string]struct {
		secret Secret
		want   int64 // Unix seconds; 0: not readable
	}{
		"after the job token's prefix": {jobJWT(`{"exp":1700000000}`), 1700000000},
		"after an instance's prefix":   {NewSecret("corp-" + jobJWT(`{"exp":1700000000}`).Reveal()), 1700000000},
		"without a prefix":             {NewSecret(jobJWT(`{"exp":1700000000}`).Reveal()[len("glcbt-"):]), 1700000000},
		"a fraction":                   {jobJWT(`{"exp":1700000000.75}`), 1700000000},
		"an odd audience":              {jobJWT(`{"exp":1700000000,"aud":7,"iat":"x"}`), 1700000000},
		"another algorithm":            {NewSecret(strings.Replace(jobJWT(`{"exp":1700000000}`).Reveal(), "eyJhbGciOiJSUzI1NiIs", "eyJhbGciOiJYWTI1NiIs", 1)), 1700000000},
		"an overflow":                  {jobJWT(`{"exp":1e300}`), 0},
		"a far year":                   {jobJWT(`{"exp":10000000000000000000}`), 0},
		"before there were dates":      {jobJWT(`{"exp":-1}`), 0},
		"no exp":                       {jobJWT(`{"iat":1}`), 0},
		"exp is no number":             {jobJWT(`{"exp":"soon"}`), 0},
		"claims are no object":         {jobJWT(`[1]`), 0},
		"legacy":                       {NewSecret("glcbt-64_aBcDeF0123456789"), 0},
		"empty":                        {NewSecret(""), 0},
		"two dots":                     {NewSecret("glcbt-a.b.c"), 0},
		"a dot too many":               {NewSecret(jobJWT(`{"exp":1700000000}`).Reveal() + ".x"), 0},
	} {
		exp, ok := jwtExpiry(c.secret)
		if ok != (c.want != 0) || ok && exp.Unix() != c.want {
			t.Errorf("%s: %v, %v; want %d", name, exp, ok, c.want)
		}
	}
}

func TestJobOverOneSecondEitherSide(t *testing.T) {
	exp := time.Unix(1700000000, 0).UTC()
	job := Job{Token: jobJWT(fmt.Sprintf(`{"exp":%d}`, exp.Unix()))}
	for _, c := range []struct {
		after time.Duration
		want  bool
	}{
		{-time.Hour, false}, {0, false}, {59 * time.Second, false}, {60 * time.Second, false}, {61 * time.Second, true},
	} {
		if since, over := job.Over(exp.Add(c.after)); over != c.want || !since.Equal(exp) {
			t.Errorf("%v after exp: %v, %v; want %v", c.after, since, over, c.want)
		}
	}
	if _, over := (Job{Token: NewSecret("glcbt-64_opaque")}).Over(exp.AddDate(100, 0, 0)); over {
		t.Error("an opaque token was declared dead")
	}
}

// FuzzJWTExpiry: whatever a job token looks like, reading it does not fail, and only a readable one may be dead.
func FuzzJWTExpiry(f *testing.F) {
	f.Add(jobJWT(`{"exp":1700000000}`).Reveal(), int64(1700000061))
	f.Add(jobJWT(`{"exp":1e300}`).Reveal(), int64(math.MaxInt32))
	f.Add(jobJWT(`{"exp":-1}`).Reveal(), int64(0))
	f.Add("glcbt-64_x", int64(0))
	f.Fuzz(func(t *testing.T, token string, unix int64) {
		now := time.Unix(unix%1e11, 0)
		exp, readable := jwtExpiry(NewSecret(token))
		if _, over := (Job{Token: NewSecret(token)}).Over(now); over && (!readable || now.Before(exp)) {
			t.Errorf("%q is over at %v, readable %v, exp %v", token, now, readable, exp)
		}
	})
}
