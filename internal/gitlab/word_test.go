package gitlab

import (
	"errors"
	"io"
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
