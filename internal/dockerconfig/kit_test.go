package dockerconfig

import (
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// registry is the host that the tests are about.
const registry = "registry.example.com"

func hostOf(t *testing.T, raw string) credentials.Host {
	t.Helper()
	h, err := credentials.ParseHost(raw)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func mustParse(t *testing.T, text string) *File {
	t.Helper()
	f, err := Parse([]byte(text))
	if err != nil {
		t.Fatalf("Parse(%q): %v", text, err)
	}
	return f
}

// wantText fails the test unless f's text is want, to the byte, and f knows whether that is a change.
func wantText(t *testing.T, f *File, before, want string) {
	t.Helper()
	if got := string(f.Bytes()); got != want {
		t.Errorf("%q\nbecame %q\nwant   %q", before, got, want)
	}
	if f.Changed() != (before != want) {
		t.Errorf("%q: Changed is %v", before, f.Changed())
	}
	if want != "" {
		mustParse(t, want)
	}
}

func all(Entry) bool { return true }
