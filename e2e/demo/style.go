package main

import "strings"

// The few styles, as SGR parameters (ECMA-48, 8.3.117).
const (
	bold  = "1"
	red   = "31"
	green = "32"
)

func (s *stage) styled(style, text string) string {
	if !s.colour {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

// wrap breaks a long line between words, each line with the indent before it. A line that fits keeps its spaces.
func wrap(line, indent string) string {
	if len(indent)+len(line) <= width {
		return indent + line + "\n"
	}
	var b strings.Builder
	column := 0
	for _, word := range strings.Fields(line) {
		switch {
		case column == 0:
			b.WriteString(indent)
			column = len(indent)
		case column+1+len(word) > width:
			b.WriteString("\n" + indent)
			column = len(indent)
		default:
			b.WriteString(" ")
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	return b.String() + "\n"
}
