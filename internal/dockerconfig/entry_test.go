package dockerconfig

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// nineSpellings are the keys of the registry in testdata/spellings.json, in the file's order.
var nineSpellings = []string{
	"registry.example.com", "https://registry.example.com", "HTTP://registry.example.com/v2/", "registry.example.com/",
	"Registry.Example.COM", "registry.example.com:443", "https://registry.example.com:443/v1/",
	"registry.example.com/group/project", "docker://registry.example.com",
}

func TestEntriesAmongForeignOnes(t *testing.T) {
	text, err := os.ReadFile("testdata/spellings.json")
	if err != nil {
		t.Fatal(err)
	}
	f := mustParse(t, string(text))
	h := hostOf(t, registry)
	var keys []string
	for i, e := range f.Entries(h) {
		keys = append(keys, e.Key)
		if want := fmt.Sprintf("secret-%d", i+1); e.Secret.Reveal() != want || e.Username == "" || e.Unreadable != "" {
			t.Errorf("%s: got %q with %q (%q), want %q", e.Key, e.Username, e.Secret.Reveal(), e.Unreadable, want)
		}
		if got, want := e.OfPath(), strings.Contains(e.Key, "group"); got != want {
			t.Errorf("%s: OfPath is %v", e.Key, got)
		}
	}
	if !slices.Equal(keys, nineSpellings) {
		t.Errorf("got %q\nwant %q", keys, nineSpellings)
	}
	if others := f.Others("gitlabjob", h); len(others) != 20 {
		t.Errorf("there are %d others: %q", len(others), others)
	}

	// What is left is the file without the lines of those nine.
	f.RemoveEntries(h, all, false)
	var kept []string
	for line := range strings.Lines(string(text)) {
		if !strings.Contains(line, "MINE") {
			kept = append(kept, line)
		}
	}
	wantText(t, f, string(text), strings.Replace(strings.Join(kept, ""), ",\n\t}", "\n\t}", 1)) // the last of "auths" was one
}

func TestEntry(t *testing.T) {
	for _, tt := range []struct{ value, username, secret, unreadable string }{
		{`{"auth": "YWxpY2U6cHc="}`, "alice", "pw", ""},
		{`{"AUTH": "YWxpY2U6cHc="}`, "alice", "pw", ""},
		{`{"auth": "YWxpY2U6\ncHc="}`, "alice", "pw", ""}, // base64 may be wrapped
		{`{"auth": "YWxpY2U6cDp3AAA="}`, "alice", "p:w", ""},
		{`{"auth": "YWxpY2U6"}`, "alice", "", ""},
		{`{"username": "bob", "password": "pw"}`, "bob", "pw", ""},
		{`{"username": "bob"}`, "bob", "", ""},
		{`{"paſſword": "pw"}`, "", "pw", ""}, // a long s, which encoding/json folds
		{`{"username": "bob", "password": "old", "auth": "YWxpY2U6cHc="}`, "alice", "pw", ""},
		{`{"auth": "YWxpY2U6b2xk", "auth": "YWxpY2U6cHc="}`, "alice", "pw", ""},
		{`{"auth": "YWxpY2U6cHc=", "auth": ""}`, "", "", "it has a secret that stands there twice, and Docker reads an empty one"},
		{`{"auth": "%%%"}`, "", "", "not what Docker writes"},
		{`{"auth": "YWxpY2U="}`, "", "", "not what Docker writes"},
		{`{"auth": "OnB3"}`, "", "", "not what Docker writes"}, // no username
		{`{"identitytoken": "x"}`, "", "", "identity or registry token"},
		{`{"registrytoken": "x", "auth": "YWxpY2U6cHc="}`, "", "", "identity or registry token"},
	} {
		value := strings.ReplaceAll(tt.value, `\n`, "\\n")
		entries := mustParse(t, `{"auths": {"registry.example.com": `+value+`}}`).Entries(hostOf(t, registry))
		if len(entries) != 1 {
			t.Errorf("%s: got %d entries", tt.value, len(entries))
			continue
		}
		e := entries[0]
		if tt.unreadable == "" && (e.Unreadable != "" || e.Username != tt.username || e.Secret.Reveal() != tt.secret) {
			t.Errorf("%s: got %q with %q (%q)", tt.value, e.Username, e.Secret.Reveal(), e.Unreadable)
		}
		if tt.unreadable != "" && !strings.Contains(e.Unreadable, tt.unreadable) {
			t.Errorf("%s: unreadable is %q", tt.value, e.Unreadable)
		}
	}
}

func TestMarksAreNoEntries(t *testing.T) {
	for _, value := range []string{
		`{}`, `null`, `{"auth": ""}`, `{"auth": null, "username": ""}`, `{"email": "a@example.com"}`,
		`{"serveraddress": "registry.example.com"}`, `{"x": {"auth": "YWxpY2U6cHc="}}`,
	} {
		before := `{"auths": {"registry.example.com": ` + value + `}}`
		f := mustParse(t, before)
		if entries := f.Entries(hostOf(t, registry)); len(entries) > 0 {
			t.Errorf("%s is an entry", value)
		}
		if f.RemoveEntries(hostOf(t, registry), all, false) {
			t.Errorf("%s: a mark is said to be gone", value)
		}
		wantText(t, f, before, before)
		if !f.RemoveEntries(hostOf(t, registry), all, true) {
			t.Errorf("%s: no mark is said to be gone", value)
		}
		wantText(t, f, before, `{"auths": {}}`)
	}
}
