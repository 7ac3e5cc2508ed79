package gitlab

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

func TestReadToken(t *testing.T) {
	t.Parallel()
	const never, known = credentials.ExpiryNever, credentials.ExpiryKnown
	for _, tc := range []struct {
		body string
		want tokenRow
		dead credentials.Refusal
	}{
		{`{"id":1,"created_at":"2026-01-02T03:04:05.678+01:00","name":"ci","revoked":false,"scopes":["api","k"],"active":true,"expires_at":"2026-05-31","new":{}}`,
			tokenRow{"ci", []string{"api", "k"}, known, may31, time.Date(2026, 1, 2, 2, 4, 5, 678e6, time.UTC)}, ""},
		{`{"active":true,"expires_at":null}`, tokenRow{expiry: never}, ""},
		{`{"active":true,"expires_at":"2026-05-31T02:00:00+02:00"}`, tokenRow{expiry: known, expiresAt: may31}, ""},
		{`{"active":true,"expires_at":null,"name":"a\u001b[1m` + canary + `"}`,
			tokenRow{name: "a[1m[redacted]", expiry: never}, ""},
		{`{"active":true,"expires_at":null,"scopes":["` + canary + `"]}`,
			tokenRow{scopes: []string{"[redacted]"}, expiry: never}, ""},
		{`{"active":false,"expires_at":"2026-03-01"}`,
			tokenRow{expiry: known, expiresAt: noon.Truncate(24 * time.Hour)}, credentials.RefusedExpired},
		{`{"active":false,"expires_at":"2026-05-31"}`, tokenRow{expiry: known, expiresAt: may31},
			credentials.RefusedInactive},
		{`{"active":false,"expires_at":null}`, tokenRow{expiry: never}, credentials.RefusedInactive},
		{`{"active":false,"revoked":true,"expires_at":"2026-03-01"}`, tokenRow{}, credentials.RefusedRevoked},
		{`{"revoked":true}`, tokenRow{}, credentials.RefusedRevoked},
		{`{"active":"no","scopes":"api","revoked":true}`, tokenRow{}, credentials.RefusedRevoked},
		{`{"active":false,"expires_at":"0001-01-01"}`, tokenRow{}, credentials.RefusedInactive},
		{`{"active":true,"expires_at":"2000-01-01"}`,
			tokenRow{expiry: known, expiresAt: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)}, ""},
		{`{"active":true,"expires_at":"9999-12-31"}`,
			tokenRow{expiry: known, expiresAt: time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)}, ""},
		{`{"active":true,"expires_at":null,"name":"` + canary[:12] + ` it is","scopes":["api","` + canary[9:21] + `"]}`,
			tokenRow{scopes: []string{"api"}, expiry: never}, ""},
		{`{"active":true,"expires_at":null,"name":"` + canary[:11] + ` it is"}`,
			tokenRow{name: canary[:11] + " it is", expiry: never}, ""},
		{`{"active":true,"revoked":true,"expires_at":"soon"}`, tokenRow{}, credentials.RefusedRevoked},
		{`{"active":false,"expires_at":"soon"}`, tokenRow{}, credentials.RefusedInactive},
	} {
		got, dead, err := readToken([]byte(tc.body), noon, []string{canary})
		if err != nil || dead != tc.dead || !reflect.DeepEqual(got, tc.want) {
			t.Errorf("%s:\n got %+v, %q, %v\nwant %+v, %q", tc.body, got, dead, err, tc.want, tc.dead)
		}
	}
}

// TestExpiredToTheSecond stands at both sides of the day's beginning.
func TestExpiredToTheSecond(t *testing.T) {
	t.Parallel()
	body := []byte(`{"active":false,"expires_at":"2026-05-31"}`)
	for now, want := range map[time.Time]credentials.Refusal{
		may31.Add(-time.Second): credentials.RefusedInactive,
		may31:                   credentials.RefusedExpired,
	} {
		if _, dead, err := readToken(body, now, nil); dead != want || err != nil {
			t.Errorf("at %v: %q, %v", now, dead, err)
		}
	}
}

func TestReadTokenNotUnderstood(t *testing.T) {
	t.Parallel()
	for body, text := range map[string]string{
		``:                                      "JSON",
		`<html>`:                                "invalid character",
		`[]`:                                    "cannot unmarshal array",
		`null`:                                  `lacks "active"`,
		`{"active":true} {}`:                    `invalid character`,
		`{"active":"true","expires_at":null}`:   "cannot unmarshal string",
		`{"active":null,"expires_at":null}`:     `lacks "active"`,
		`{"expires_at":null}`:                   `lacks "active"`,
		`{"active":true}`:                       `lacks an "expires_at"`,
		`{"active":true,"expires_at":20260531}`: `lacks an "expires_at"`,
		`{"active":true,"expires_at":""}`:       `"expires_at": "" is not a date`,
		`{"active":true,"expires_at":"31/05/2026"}`:                `"31/05/2026" is not a date`,
		`{"active":true,"expires_at":"2026-02-30"}`:                `"2026-02-30" is not a date`,
		`{"active":true,"expires_at":"` + canary + `"}`:            `"[redacted]" is not a date`,
		`{"active":true,"expires_at":"0001-01-01"}`:                `"0001-01-01" is no day`,
		`{"active":true,"expires_at":"1999-12-31"}`:                `"1999-12-31" is no day`,
		`{"active":true,"expires_at":"2000-01-01T00:00:00+01:00"}`: `is no day`,
		`{"active":true,"expires_at":"9999-12-31T23:59:59-01:00"}`: `is no day`,
		`{"active":true,"expires_at":"10000-01-01"}`:               `is not a date`,
		`{"active":true,"expires_at":null,"scopes":"api"}`:         "cannot unmarshal string",
		`{"active":true,"expires_at":null,"revoked":"yes"}`:        "cannot unmarshal string",
	} {
		_, dead, err := readToken([]byte(body), noon, []string{canary})
		if err == nil || dead != "" || !strings.Contains(err.Error(), text) || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: %q, %v; want %q", body, dead, err, text)
		}
	}
}

// FuzzToken holds against any answer: a token that is taken for good has an expiry, known or never.
func FuzzToken(f *testing.F) {
	f.Add([]byte(`{"active":true,"revoked":false,"name":"x","scopes":["api"],"expires_at":"2026-05-31"}`))
	f.Add([]byte(`{"active":true,"expires_at":null}`))
	f.Add([]byte(`{"active":false,"expires_at":"` + canary + `"}`))
	f.Add([]byte(`{"active":true,"expires_at":"0001-01-01","revoked":"x","name":"` + canary[:20] + `"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		token, dead, err := readToken(body, noon, []string{canary})
		if err != nil || dead != "" {
			return
		}
		switch token.expiry {
		case credentials.ExpiryNever:
		case credentials.ExpiryKnown:
			if token.expiresAt.Location() != time.UTC {
				t.Errorf("%q: not UTC", body)
			}
			if year := token.expiresAt.Year(); year < 2000 || year > 9999 {
				t.Errorf("%q: %v", body, token.expiresAt)
			}
		default:
			t.Errorf("%q: expiry %q", body, token.expiry)
		}
		if strings.Contains(token.name, canary[:12]) || strings.Contains(strings.Join(token.scopes, " "), canary[:12]) {
			t.Errorf("%q: the secret is part of the row", body)
		}
	})
}
