package oneline

import (
	"strings"
	"testing"
)

func TestPrintable(t *testing.T) {
	for text, want := range map[string]string{
		"as it is":                   "as it is",
		" two\r\n\tlines  ":          "two lines",
		"\x1b[31mred\x1b[0m":         "[31mred[0m",
		"gl\u200bpat":                "glpat",
		"right\u202eto left":         "rightto left",
		"not UTF-8: \xff, \ufffd":    "not UTF-8: ,",
		"größer \u00a0 als\u2028nun": "größer als nun",
		"\x00":                       "",
	} {
		if got := Printable(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	for text, want := range map[string]string{
		"":             "",
		"1234567":      "1234567",
		"12345678":     "12345678",
		"123456789":    "12345...",
		"1234ö6789":    "1234...",
		"123\u2713456": "123...",
	} {
		if got := Cut(text, 8); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got := Cut(strings.Repeat("x", 1000), 300); len(got) != 300 {
		t.Errorf("%d bytes", len(got))
	}
}
