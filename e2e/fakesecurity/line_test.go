package main

import (
	"bufio"
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestSplitLine(t *testing.T) {
	for line, want := range map[string][]string{
		"":                             nil,
		" \t ":                         nil,
		"add -U  -s x":                 {"add", "-U", "-s", "x"},
		`add -a '[::1]:5000' -w "a b"`: {"add", "-a", "[::1]:5000", "-w", "a b"},
		`a\ b '\''c'' d`:               {"a b", "'", "c''", "d"},
		`it"s 'no`:                     {`it"s`, "no"},
	} {
		if got := splitLine(line); !slices.Equal(got, want) {
			t.Errorf("splitLine(%q) = %q; want %q", line, got, want)
		}
	}
}

func TestReadLine(t *testing.T) {
	long := strings.Repeat("x", maxLine-1)
	in := bufio.NewReader(strings.NewReader("one\n" + long + "\n" + long + "y\nno end"))
	for _, want := range []string{"one", long, "", long, "y"} {
		if got, err := readLine(in); got != want || err != nil {
			t.Errorf("a line of %d bytes, %v; want %d", len(got), err, len(want))
		}
	}
	if got, err := readLine(in); err == nil {
		t.Errorf("there is another line, %q", got)
	}
}

func TestGetopt(t *testing.T) {
	for line, want := range map[string]map[byte]string{
		"-s x -wa y": {'s': "x", 'w': "", 'a': "y"},
		"-sx -w -ay": {'s': "x", 'w': "", 'a': "y"},
		"":           {},
		"x":          nil,
		"-s x y":     nil,
		"-s x -s x":  nil,
		"-a":         nil,
		"-g":         nil,
		"-:":         nil,
	} {
		got, ok := getopt(strings.Fields(line), "s:wa:")
		if ok != (want != nil) || ok && !maps.Equal(got, want) {
			t.Errorf("getopt(%q) = %q, %t; want %q", line, got, ok, want)
		}
	}
}
