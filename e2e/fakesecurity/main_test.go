package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What must not be is complained of, so that a test can see it.
func TestComplaints(t *testing.T) {
	for _, line := range []string{
		"", "help", "unlock-keychain -p x", "-i -v", "add-generic-password -U -s s -a a -w secret",
		"find-generic-password -s s -a a", "find-generic-password -wa a", "delete-generic-password -s s",
		"delete-generic-password -s s -a a login.keychain",
	} {
		dir := t.TempDir()
		t.Setenv("FAKESECURITY_DIR", dir)
		code := run(strings.Fields(line))
		if _, err := os.Stat(filepath.Join(dir, "complaints")); err != nil || code == 0 {
			t.Errorf("security %s: exit code %d, %v", line, code, err)
		}
	}
	for _, words := range [][]string{
		{"find-generic-password", "-s", "s", "-wa", "a"}, {"add-generic-password", "-s", "s", "-a", "a", "-w", "ü"},
	} {
		t.Setenv("FAKESECURITY_DIR", t.TempDir())
		if code := execute(words, "add-generic-password"); code != 2 {
			t.Errorf("%q on standard input: exit code %d", words, code)
		}
	}
}

// An item is added once, and updated where that is said.
func TestItems(t *testing.T) {
	t.Setenv("FAKESECURITY_DIR", t.TempDir())
	const item = "-s s -a a "
	for _, c := range []struct {
		line string
		code int
	}{
		{"find-generic-password -s s -wa a", 44},
		{"add-generic-password " + item + "-w one", 0},
		{"add-generic-password " + item + "-w two", 45},
		{"add-generic-password -U " + item + "-w two", 0},
		{"find-generic-password -s s -wa a", 0},
		{"delete-generic-password " + item, 0},
		{"delete-generic-password " + item, 44},
	} {
		words := strings.Fields(c.line)
		if code := execute(words, words[0]); code != c.code {
			t.Errorf("%s: exit code %d; want %d", c.line, code, c.code)
		}
	}
}
