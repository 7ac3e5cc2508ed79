package gitlabrunner

import (
	"bytes"
	"slices"
	"sort"
)

// cuts returns the pieces that go with the variables that do: each with the comma behind it. Where there is none behind
// the last element of a list, and it goes, the last one that stays gives its own.
func cuts(text []byte, variables []variable) (cuts []span) {
	for i, v := range variables {
		if !v.gone {
			continue
		}
		comma, ok := commaAfter(text, v.end)
		switch {
		case !ok:
			cuts = append(cuts, v.span)
			if before := lastKept(variables[:i], v); before >= 0 {
				comma, _ = commaAfter(text, (*v.list)[before].end)
				cuts = append(cuts, span{comma, comma + 1})
			}
		case len(bytes.TrimSpace(text[v.end:comma])) == 0:
			cuts = append(cuts, span{v.start, comma + 1})
		default: // a comment stands between them
			cuts = append(cuts, v.span, span{comma, comma + 1})
		}
	}
	return tidy(text, cuts)
}

// lastKept returns the last element before v that stays in its list, or -1. The variables are those before v.
func lastKept(variables []variable, v variable) int {
	at := v.index - 1
	for _, b := range slices.Backward(variables) {
		if b.list != v.list || b.index != at || !b.gone {
			break
		}
		at--
	}
	return at
}

// commaAfter returns where the comma behind an element of an array is, if there is one. Comments may stand before it.
func commaAfter(text []byte, at int) (int, bool) {
	for at < len(text) {
		switch text[at] {
		case ' ', '\t', '\r', '\n':
			at++
		case '#':
			line := bytes.IndexByte(text[at:], '\n')
			if line < 0 {
				return 0, false
			}
			at += line
		default:
			return at, text[at] == ','
		}
	}
	return 0, false
}

// tidy joins what only blanks are between, and lets the blanks go that would stand for nothing: the whole line, those
// at its end, or those before what moves into the place.
func tidy(text []byte, cuts []span) (tidied []span) {
	sort.Slice(cuts, func(i, j int) bool { return cuts[i].start < cuts[j].start })
	for _, s := range cuts {
		if last := len(tidied) - 1; last >= 0 && blanks(text[tidied[last].end:s.start]) {
			tidied[last].end = s.end
		} else {
			tidied = append(tidied, s)
		}
	}
	for i, s := range tidied {
		before := len(bytes.TrimRight(text[:s.start], " \t"))
		after := len(text) - len(bytes.TrimLeft(text[s.end:], " \t"))
		line, rest := before == 0 || text[before-1] == '\n', text[after:]
		switch lineEnd := endOfLine(rest); {
		case line && lineEnd > 0:
			tidied[i] = span{before, after + lineEnd}
		case lineEnd > 0:
			tidied[i] = span{before, after}
		case rest[0] == '#', rest[0] == ']' && line:
		case rest[0] == ']':
			tidied[i].start = before
		default:
			tidied[i].end = after
		}
	}
	return tidied
}

func blanks(text []byte) bool { return len(bytes.Trim(text, " \t")) == 0 }

// endOfLine returns the length of the line end that the text begins with, or 0.
func endOfLine(text []byte) int {
	if bytes.HasPrefix(text, []byte("\r\n")) {
		return len("\r\n")
	}
	if bytes.HasPrefix(text, []byte("\n")) {
		return len("\n")
	}
	return 0
}

// edit replaces a piece of a text.
type edit struct {
	span

	with string
}

// apply makes the edits, of which no two overlap.
func apply(text []byte, edits []edit) []byte {
	sort.Slice(edits, func(i, j int) bool { return edits[i].start < edits[j].start })
	edited, at := make([]byte, 0, len(text)), 0
	for _, e := range edits {
		edited = append(append(edited, text[at:e.start]...), e.with...)
		at = e.end
	}
	return append(edited, text[at:]...)
}
