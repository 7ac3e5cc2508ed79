package system

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
)

// report is what `doctor --json` prints, as far as the tests look at it.
type report struct {
	Clients  []row
	Findings []finding
	Skipped  []struct{ User, Path, Why string }
}

type row struct {
	Client, User, Image, Rules, Source, Path, Key, Username, State string

	Shadows []struct{ Source, Path, Key, Username string }
}

type finding struct{ ID, Severity, User, Path, Key, Kind, State, Message, Fix string }

// doctor runs `doctor` on the machine, as root who has the helper at hand.
func (m *machine) doctor(t *testing.T, args ...string) outcome {
	t.Helper()
	return m.root.run(t, "", atHand, append([]string{"doctor"}, args...)...)
}

// diagnose runs `doctor --json`, and fails the test unless its exit code says the same as its findings.
func (m *machine) diagnose(t *testing.T, args ...string) report {
	t.Helper()
	return m.doctor(t, append(args, "--json")...).report(t)
}

// report reads what `doctor --json` has printed.
func (o outcome) report(t *testing.T) report {
	t.Helper()
	var r report
	if err := json.Unmarshal([]byte(o.stdout), &r); err != nil {
		t.Fatalf("%v: %v", err, o)
	}
	if want := min(len(r.Findings), 1); o.code != want {
		t.Errorf("%d findings, and the exit code is %d", len(r.Findings), o.code)
	}
	return r
}

// finds fails the test unless there is a finding of that kind in that place, and returns it.
func (r report) finds(t *testing.T, id, path, key string) finding {
	t.Helper()
	at := slices.IndexFunc(r.Findings, func(f finding) bool { return f.ID == id && f.Path == path && f.Key == key })
	if at < 0 {
		t.Fatalf("there is no %s in %s [%s], but %+v", id, path, key, r.Findings)
	}
	return r.Findings[at]
}

// isAsItWas returns a function that fails the test when the file has been written meanwhile.
func isAsItWas(t *testing.T, path string) func() {
	t.Helper()
	read := func() (string, os.FileInfo) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Lstat(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(text), info
	}
	text, info := read()
	return func() {
		t.Helper()
		if now, after := read(); now != text || !after.ModTime().Equal(info.ModTime()) || !os.SameFile(info, after) {
			t.Errorf("%s was written", path)
		}
	}
}
