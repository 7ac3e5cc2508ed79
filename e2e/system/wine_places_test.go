package system

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The catalogue lies where Windows has an application's data that does not roam, and beside it there is the lock alone.
func TestWindowsPlaces(t *testing.T) {
	me := newWindows(t)
	token := lab.token(goodToken())
	home := me.account.Dir
	local := filepath.Join(home, "AppData", "Local", "docker-credential-gitlabjob")

	for _, c := range []struct {
		name string
		set  []string // of Windows' own variables: Wine takes no other word for these than its user's
		dir  string
	}{
		{"LOCALAPPDATA", nil, local},
		{"no LOCALAPPDATA", []string{"LOCALAPPDATA="}, local},
		{"USERPROFILE, no LOCALAPPDATA", []string{"LOCALAPPDATA=", `USERPROFILE=C:\users\Public`, `HOME=C:\windows`},
			filepath.Join(filepath.Dir(home), "Public", "AppData", "Local", "docker-credential-gitlabjob")},
		{"LOCALAPPDATA alone", []string{`LOCALAPPDATA=C:\users\Public\Local`, "USERPROFILE="},
			filepath.Join(filepath.Dir(home), "Public", "Local", "docker-credential-gitlabjob")},
		{"no such variable", []string{"LOCALAPPDATA=", "USERPROFILE="}, local},
		{"GITLABJOB_STATE_DIR", []string{`GITLABJOB_STATE_DIR=C:\state`},
			filepath.Join(lab.wine.prefix, "drive_c", "state")},
	} {
		t.Run(c.name, func(t *testing.T) {
			me.with(t, c.set, login(lab.registry, token), "store").succeeds(t)
			if names := namesIn(t, c.dir); !slices.Equal(names, []string{"catalog.json", "catalog.lock"}) {
				t.Errorf("%s has %q", c.dir, names)
			}
			me.with(t, c.set, lab.registry, "get").succeeds(t).says(t, token)
			for _, dir := range []string{c.dir, filepath.Join(home, "AppData"), filepath.Join(home, ".docker")} {
				hasNoSecret(t, dir, token)
			}
			if err := os.RemoveAll(c.dir); err != nil {
				t.Fatal(err)
			}
		})
	}
	t.Run("a path of another system", func(t *testing.T) {
		me.with(t, []string{"GITLABJOB_STATE_DIR=/state"}, "unused", "list").
			fails(t, `GITLABJOB_STATE_DIR`, "is not an absolute path").explained(t)
	})
}

// Wine has the credential manager in its registry, under a cipher: what is in plaintext there, somebody else has written.
func TestWindowsKeepsNoPlaintext(t *testing.T) {
	me := newWindows(t)
	token := lab.token(goodToken())
	me.store(t, lab.registry, token).succeeds(t)
	me.keeps(t, lab.registry)
	if record := me.records(t)[lab.registry]; len(record) <= len(token) || strings.Contains(string(record), token) {
		t.Errorf("the record has %d bytes, and may have the token in plaintext", len(record))
	}
	hasNoSecret(t, filepath.Join(lab.wine.prefix, "drive_c", "users"), token)
}

// with runs the helper with variables as cmd.exe sets them. An empty one is taken out.
func (w *windows) with(t *testing.T, set []string, stdin string, args ...string) outcome {
	t.Helper()
	var line strings.Builder
	for _, pair := range set {
		line.WriteString("set " + pair + "&&")
	}
	return w.start(t, stdin, "cmd.exe", append([]string{"/c", line.String() + lab.wine.program}, args...)...)
}

// hasNoSecret fails the test where a file in dir has the secret. It need not exist.
func hasNoSecret(t *testing.T, dir, secret string) {
	t.Helper()
	traces := disguises([]string{secret})
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil //nolint:nilerr // it does not exist
		}
		data, err := os.ReadFile(path)
		if found := find(data, traces); found != "" {
			t.Errorf("%s in %s", found, path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
