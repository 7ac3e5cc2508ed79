package gitlab

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

func TestWord(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ text, hide, want string }{
		{"HTTP Basic: Access denied. See https://x/#y", canary, "HTTP Basic: Access denied. See https://x/#y"},
		{"two\r\n\tlines  and\u2028one", "", "two lines and one"},
		{"\x1b[31mred\x07\x00 \u202eright\u200bto left", "", "[31mred rightto left"},
		{"bad \xff\xfe bytes", "", "bad bytes"},
		{"Größe 測試", "", "Größe 測試"},
		{"your " + canary + " and " + canary, canary, "your [redacted] and [redacted]"},
		{"glpat-CaNaRy\x00_0123456789", canary, "[redacted]"},
		{"my pass\u00a0word", "pass\u00a0word", "my [redacted]"},
		{strings.Repeat("a", 280) + canary, canary, strings.Repeat("a", 280) + "[redacted]"},
		{"it was redacted", "redacted", ""},
		{"it was [redacted]", "[redacted]", ""},
		{"YOUR GLPAT-CANARY_0123456789 \u2126 and pa\u017fs", canary, "YOUR [redacted] \u2126 and pa\u017fs"},
		{"pa\u017f\u017f", "PASS", "[redacted]"},
		{"cut in a \xd7\x80 character", "\x80", "cut in a [redacted] character"},
		{"", canary, ""},
	} {
		if got := word(tc.text, tc.hide); got != tc.want {
			t.Errorf("%q less %q:\n got %q\nwant %q", tc.text, tc.hide, got, tc.want)
		}
	}
}

func TestWordIsShort(t *testing.T) {
	t.Parallel()
	for _, text := range []string{strings.Repeat("é", 400), strings.Repeat("a", 299) + "éé", strings.Repeat("x", 301)} {
		got := word(text)
		if len(got) > maxWord || len(got) < maxWord-4 || !utf8.ValidString(got) || !strings.HasSuffix(got, "...") {
			t.Errorf("%d bytes: %q", len(got), got)
		}
	}
	if whole := strings.Repeat("x", maxWord); word(whole) != whole {
		t.Error("a text that fits was cut")
	}
}

func TestForms(t *testing.T) {
	t.Parallel()
	const password = "p&ss w+rd"
	hide := forms("jane", credentials.NewSecret(password))
	text := "got " + password + ", p%26ss+w%2Brd, Basic amFuZTpwJnNzIHcrcmQ="
	if got := word(text, hide...); got != "got [redacted], [redacted], Basic [redacted]" {
		t.Errorf("%q", got)
	}
}

func TestFormsOfAnEcho(t *testing.T) {
	t.Parallel()
	const secret = `glpat-\ü?>~"/~` + "0123456789"
	hide := forms("jane", credentials.NewSecret(secret))
	pair := []byte("jane:" + secret)
	for name, echo := range map[string]string{
		"raw":                   secret,
		"upper case":            strings.ToUpper(secret),
		"lower case":            strings.ToLower(secret),
		"a query":               url.QueryEscape(secret),
		"a query in lower case": strings.ToLower(url.QueryEscape(secret)),
		"a path":                url.PathEscape(secret),
		"hex":                   hex.EncodeToString([]byte(secret)),
		"hex in upper case":     strings.ToUpper(hex.EncodeToString([]byte(secret))),
		"base64":                base64.StdEncoding.EncodeToString([]byte(secret)),
		"base64url":             base64.URLEncoding.EncodeToString([]byte(secret)),
		"raw base64":            base64.RawStdEncoding.EncodeToString([]byte(secret)),
		"raw base64url":         base64.RawURLEncoding.EncodeToString([]byte(secret)),
		"Basic":                 base64.StdEncoding.EncodeToString(pair),
		"Basic in base64url":    base64.RawURLEncoding.EncodeToString(pair),
		"Basic in hex":          hex.EncodeToString(pair),
		"a Go string":           strings.Trim(strconv.Quote(secret), `"`),
	} {
		if got := word("no "+echo+" here", hide...); got != "no [redacted] here" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestHolds(t *testing.T) {
	t.Parallel()
	hide := []string{"hunter2", canary}
	for text, want := range map[string][2]bool{
		"https://hunter2.example.com":       {false, false},
		"https://x/" + canary:               {true, true},
		"https://x/glpat-CANARY_0123456789": {true, true},
		"x" + canary[5:17] + "y":            {false, true},
		"x" + canary[5:16] + "y":            {false, false},
		"":                                  {false, false},
	} {
		if got := [2]bool{holds(text, hide), holdsPiece(text, hide)}; got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	if holds("a text", nil) || holdsPiece("a text", nil) {
		t.Error("nothing is hidden, and found")
	}
}

func TestTidied(t *testing.T) {
	t.Parallel()
	err := tidied(errors.Join(io.ErrUnexpectedEOF, errors.New("malformed "+canary)), []string{canary})
	if err.Error() != "unexpected EOF malformed [redacted]" {
		t.Errorf("%q", err)
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error("what went wrong cannot be told any more")
	}
}

func FuzzWord(f *testing.F) {
	f.Add("your \x00secret\n", "secret")
	f.Add("aabab", "ab")
	f.Add("[redacted]", "red")
	f.Fuzz(func(t *testing.T, text, secret string) {
		got := word(text, secret)
		if len(got) > maxWord || strings.ContainsAny(got, "\r\n\x1b\x00") || !utf8.ValidString(got) {
			t.Errorf("%q", got)
		}
		if secret != "" && strings.Contains(got, secret) {
			t.Errorf("%q has %q in it", got, secret)
		}
	})
}
