// Package oneline makes text from outside, a server's words or a line of a log, fit to stand in one of our own.
package oneline

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable returns text on one line, without what cannot be seen or could steer a terminal. Who looks for secrets in
// it looks afterwards: once what cannot be seen is gone, two halves of a secret may have met.
func Printable(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r) || r == utf8.RuneError:
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

// Cut returns text, or as much of it as fits into most bytes with a mark that there was more. No character is cut in
// two. Text must be valid UTF-8, as Printable's is.
func Cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	const more = "..."
	end := most - len(more)
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + more
}
