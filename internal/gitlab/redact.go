package gitlab

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/oneline"
)

const (
	mark  = "[redacted]"
	piece = 12 // bytes of a secret that give away too much of it
)

// forms returns the forms in which a credential travels to a server, and in which a server may echo it. Those of base64
// with padding go before those without, so that no padding is left behind.
func forms(username string, s credentials.Secret) []string {
	raw := s.Reveal()
	var all []string
	for _, text := range []string{username + ":" + raw, raw} {
		for _, encoding := range []*base64.Encoding{
			base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding, base64.RawURLEncoding,
		} {
			all = append(all, encoding.EncodeToString([]byte(text)))
		}
		all = append(all, hex.EncodeToString([]byte(text)))
	}
	inGo := strconv.Quote(raw) // net/http quotes what it cannot read.
	return append(all, url.QueryEscape(raw), url.PathEscape(raw), inGo[1:len(inGo)-1], raw)
}

// visible returns the forms of hide, and what printable leaves of each.
func visible(hide []string) []string {
	var all []string
	for _, secret := range hide {
		for _, form := range []string{secret, oneline.Printable(secret)} {
			if form != "" && !slices.Contains(all, form) {
				all = append(all, form)
			}
		}
	}
	return all
}

// redact puts the mark in place of form in text, in whatever case its letters are. The first step is for a form that
// does not begin or end where characters do. It reports whether there was anything to replace.
func redact(text, form string) (left string, found bool) {
	found = strings.Contains(text, form)
	text = strings.ReplaceAll(text, form, mark)
	var out strings.Builder
	for text != "" {
		if rest, ok := cutPrefixFold(text, form); ok {
			out.WriteString(mark)
			text, found = rest, true
			continue
		}
		_, size := utf8.DecodeRuneInString(text)
		out.WriteString(text[:size])
		text = text[size:]
	}
	return out.String(), found
}

// cutPrefixFold is strings.CutPrefix that sees no difference between upper and lower case.
func cutPrefixFold(text, prefix string) (rest string, ok bool) {
	for _, want := range prefix {
		got, size := utf8.DecodeRuneInString(text)
		if got == utf8.RuneError || !sameLetter(got, want) { // Also at the end of text.
			return "", false
		}
		text = text[size:]
	}
	return text, true
}

// sameLetter reports whether a and b are equal but for their case.
func sameLetter(a, b rune) bool {
	if a == b {
		return true
	}
	for c := unicode.SimpleFold(a); c != a; c = unicode.SimpleFold(c) {
		if c == b {
			return true
		}
	}
	return false
}

// holds reports whether text has one of hide in it. Shorter ones than a piece do not count: a password may well be a
// word that stands in an address by right.
func holds(text string, hide []string) bool {
	return slices.ContainsFunc(visible(hide), func(form string) bool {
		_, found := redact(text, form)
		return found && len(form) >= piece
	})
}

// holdsPiece reports whether text has a piece of one of hide in it.
func holdsPiece(text string, hide []string) bool {
	text = strings.ToLower(text)
	for _, form := range visible(hide) {
		form = strings.ToLower(form)
		for i := range len(form) - piece + 1 {
			if strings.Contains(text, form[i:i+piece]) {
				return true
			}
		}
	}
	return false
}
