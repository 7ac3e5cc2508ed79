package dockerconfig

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// TestEditAnyMembers goes through all files with up to four of these members: encoding/json has each of them count for
// what comes after it.
func TestEditAnyMembers(t *testing.T) {
	members := []string{
		`"auths": {"h": {"auth": "dTpw"}, "x": {}}`, `"AUTHS": {"x": {}, "h": {}, "https://h/": {"password": "p"}}`, `"auths": null`,
		`"credHelpers": {"a": "x", "h": ""}`, `"credHelpers": {}`, `"credHelpers": null`, `"CREDHELPERS": {"h": "y", "a": "z"}`,
		`"CREDHELPERS": null`, `"aliases": {"h": "x"}`,
	}
	h := hostOf(t, "h")
	files := []string{""}
	for range 4 {
		var longer []string
		for _, file := range files {
			for _, m := range members {
				longer = append(longer, strings.TrimPrefix(file+", "+m, ", "))
			}
		}
		for _, file := range longer {
			checkEdit(t, []byte("{"+file+"}"), h)
		}
		files = longer
	}
}

// checkEdit moves h to the helper in a file that Parse takes, and looks at what has to be so afterwards.
func checkEdit(t *testing.T, text []byte, h credentials.Host) {
	t.Helper()
	file, err := Parse(text)
	if err != nil {
		return
	}
	if blank(text) {
		text = []byte(fresh)
	}
	before := bytes.Clone(text)
	file.RemoveEntries(h, all, false)
	file.SetHelper(h.String(), "gitlabjob")
	after := file.Bytes()

	again, err := Parse(after)
	if err != nil || !json.Valid(after) {
		t.Fatalf("%q became %q: %v", before, after, err)
	}
	if e := again.Entries(h); len(e) > 0 || again.HelperFor(h.String()) != "gitlabjob" || !again.Named(h.String(), "gitlabjob") {
		t.Errorf("%q became %q: entries %v, helper %q", before, after, e, again.HelperFor(h.String()))
	}
	if file.Changed() == bytes.Equal(before, after) {
		t.Errorf("%q became %q: Changed is %v", before, after, file.Changed())
	}
	if b, a := foreign(t, before, h), foreign(t, after, h); !slices.Equal(b, a) {
		t.Errorf("%q became %q: of others\n%q became\n%q", before, after, b, a)
	}
	sameForOthers(t, before, after, h.String())

	again.RemoveEntries(h, all, false)
	again.SetHelper(h.String(), "gitlabjob")
	if again.Changed() || !bytes.Equal(again.Bytes(), after) {
		t.Errorf("%q became %q, and then %q", before, after, again.Bytes())
	}
	again.RemoveHelpers(func(helper Helper) bool { return helper.Key == h.String() })
	if gone := mustParse(t, string(again.Bytes())); len(gone.members.CredHelpers[h.String()]) > 0 {
		t.Errorf("%q became %q, and in the end %q", before, after, again.Bytes())
	}
}

// sameForOthers compares what Docker makes of two files for other registries, and what those do who know one
// "credHelpers", the last, spelt just so.
func sameForOthers(t *testing.T, before, after []byte, spelling string) {
	t.Helper()
	exact := func(text []byte) map[string]string {
		var all map[string]json.RawMessage
		var helpers map[string]string
		if json.Unmarshal(text, &all) == nil && all["credHelpers"] != nil {
			_ = json.Unmarshal(all["credHelpers"], &helpers)
		}
		delete(helpers, spelling)
		return helpers
	}
	docker := func(text []byte) map[string]string {
		var m members
		if err := json.Unmarshal(text, &m); err != nil {
			t.Fatal(err)
		}
		delete(m.CredHelpers, spelling)
		return m.CredHelpers
	}
	for _, read := range []func([]byte) map[string]string{exact, docker} {
		if b, a := read(before), read(after); !maps.Equal(b, a) {
			t.Errorf("%q became %q: other helpers were %q and are %q", before, after, b, a)
		}
	}
}
