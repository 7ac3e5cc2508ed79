//go:build unix

package doctor

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/homes"
)

// leave leaves a file with this text beside another, as a killed run does.
func leave(t *testing.T, path, text string) string {
	t.Helper()
	path += ".gitlabjob-" + rand.Text()
	if err := os.WriteFile(path, config(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLeftovers(t *testing.T) {
	home := t.TempDir()
	if err := os.MkdirAll(home+"/.docker", 0o700); err != nil {
		t.Fatal(err)
	}
	path := home + "/.docker/config.json"
	var want []Leftover
	for text, secret := range map[string]bool{
		`{"auths":{"r.example.com":{"auth":"AUTH(me:word)"}}}`: true,
		`{"r.example.com":{"auth":"AUTH(me:word)"}}`:           true,
		`{"auths":{"r.example.com":{"auth":"bWU6`:              true,
		`{"auths":{"r.example.com":{}},"x":"auth"}`:            false,
		`{"credsStore":"pass"}`:                                false,
		"":                                                     false,
	} {
		want = append(want, Leftover{leave(t, path, text), secret})
	}
	for _, name := range []string{"config.json", "config.json.gitlabjob-", "config.json.gitlabjob-backup", "config.json.old"} {
		if err := os.WriteFile(filepath.Join(home, ".docker", name), []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	foreign := leave(t, home+"/.docker/other.json", "{}")
	same := func(got, want []Leftover) bool {
		byPath := func(a, b Leftover) int { return slices.Compare([]byte(a.Path), []byte(b.Path)) }
		slices.SortFunc(got, byPath)
		slices.SortFunc(want, byPath)
		return slices.Equal(got, want)
	}
	l := &Looking{Me: homes.Account{UID: os.Getuid()}}
	if got := l.leftBeside(path); !same(got, want) {
		t.Errorf("beside the file: %+v\nwant %+v", got, want)
	}
	dir, err := homes.Open(homes.Account{UID: os.Getuid(), Dir: home})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = dir.Close() }()
	s := shelf{dir: dir, path: home, user: &User{}, room: newRoom()}
	link := path + ".gitlabjob-" + rand.Text() // which is not the user's own
	if err := os.Symlink("config.json", link); err != nil {
		t.Fatal(err)
	}
	if got := s.leftovers(); !same(got, append(want, Leftover{Path: foreign})) {
		t.Errorf("in the home: %+v\nwant %+v", got, want)
	}
	s.room.bytes = 0
	if got := s.leftovers(); len(got) > 1 { // the empty one
		t.Errorf("without room: %+v", got)
	}
}

// What was left is found for everybody, and mended for who asks.
func TestLeftoverFindings(t *testing.T) {
	left := []Leftover{{"/x/config.json.gitlabjob-A", true}, {"/x/config.json.gitlabjob-B", false}}
	for user, want := range map[*User]Finding{
		{Name: "me", Mine: true}: {Safe: true, Fix: program + " doctor --fix --yes"},
		{Name: "alice"}:          {Fix: "su -s /bin/sh - alice -c '" + program + " doctor --fix --yes'"},
	} {
		c := &chart{user: *user}
		c.ofLeftovers(left)
		if len(c.found) != 2 || c.found[0].Message == c.found[1].Message {
			t.Errorf("%+v", c.found)
		}
		for i, f := range c.found {
			if f.ID != IDLeftover || f.Severity != Warning || f.Path != left[i].Path || f.User != user.Name ||
				f.Safe != want.Safe || f.Fix != want.Fix {
				t.Errorf("%+v", f)
			}
		}
	}
}
