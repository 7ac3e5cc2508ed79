package system

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// windows is the one user of the tests' Windows, who has nothing when a test begins.
type windows struct {
	account *account // with the home as Linux sees it
}

// newWindows returns the user, once Windows is there.
func newWindows(t *testing.T) *windows {
	t.Helper()
	<-lab.wine.ready
	if lab.wine.err != nil {
		t.Fatal(lab.wine.err)
	}
	me, err := user.Current() // after whom Wine names its own
	if err != nil {
		t.Fatal(err)
	}
	home, err := kit.NewHome(filepath.Join(lab.wine.prefix, "drive_c", "users", me.Username), lab.bin)
	if err != nil {
		t.Fatal(err)
	}
	home.OS = "windows"
	home.Set("HOME", lab.wine.dir) // Wine's own; programs of Windows do not get to see it
	for name, value := range lab.wine.variables() {
		home.Set(name, value)
	}
	w := &windows{&account{Home: home}}
	w.clear(t)
	return w
}

// clear takes away what tests have left in the home and in the credential manager. It is there for the next one to see.
func (w *windows) clear(t *testing.T) {
	t.Helper()
	for _, dir := range []string{filepath.Dir(w.account.CatalogPath()), filepath.Dir(w.account.ConfigPath())} {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	if len(w.records(t)) > 0 {
		w.start(t, "", "reg.exe", "delete", credentialManager, "/f").succeeds(t)
	}
}

// run runs the helper. Its arguments come as they are, so that this is how every verb is run.
func (w *windows) run(t *testing.T, stdin string, args ...string) outcome {
	t.Helper()
	return w.start(t, stdin, lab.wine.program, args...)
}

// write writes a file, and makes its directory.
func (w *windows) write(t *testing.T, path, text string) {
	t.Helper()
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		err = os.WriteFile(path, []byte(text), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// start runs a program of Windows.
func (w *windows) start(t *testing.T, stdin, name string, args ...string) outcome {
	t.Helper()
	return w.account.run(t, stdin, wineLoader, append([]string{name}, args...)...)
}

// store does what `docker login` does with a password.
func (w *windows) store(t *testing.T, host, secret string) outcome {
	t.Helper()
	return w.run(t, login(host, secret), "store")
}

// login is what Docker writes to `store`.
func login(host, secret string) string {
	text, err := json.Marshal(map[string]string{"ServerURL": host, "Username": "me", "Secret": secret})
	if err != nil {
		panic(err) // there are only strings in it
	}
	return string(text)
}

// serves fails the test unless `get` answers with the token, and says nothing else.
func (w *windows) serves(t *testing.T, host, secret string) {
	t.Helper()
	var got struct{ ServerURL, Username, Secret string }
	o := w.run(t, host, "get").succeeds(t)
	err := json.Unmarshal([]byte(o.stdout), &got)
	if err != nil || got.ServerURL != host || got.Username != "me" || got.Secret != secret || o.stderr != "" {
		t.Errorf("get answers %v, %v", o, err)
	}
}

// hasNothing fails the test unless `get` says in the protocol's very words that nothing is kept, and nothing else.
func (w *windows) hasNothing(t *testing.T, host string) {
	t.Helper()
	const nothing = "credentials not found in native keychain\n"
	if o := w.run(t, host, "get"); o.code != 1 || o.stdout != nothing || o.stderr != "" {
		t.Errorf("get answers %v", o)
	}
}

// credentialManager is where Wine has what the functions of wincred keep.
const credentialManager = `HKCU\Software\Wine\Credential Manager`

// records returns what is in the credential manager under this program's name, by the rest of its name. The helper has
// no part in the answer: Wine's own reg.exe reads it. It is as Wine writes it, enciphered with a key that lies beside it.
func (w *windows) records(t *testing.T) map[string][]byte {
	t.Helper()
	o := w.start(t, "", "reg.exe", "query", credentialManager, "/s")
	if o.code != 0 {
		o.says(t, "Unable to find the specified registry key") // which Wine makes for the first record
		return nil
	}
	all := make(map[string][]byte)
	var name string
	for line := range strings.Lines(o.stdout) {
		line = strings.TrimSpace(line)
		if _, record, is := strings.Cut(line, `\Generic: `); is {
			name = strings.TrimPrefix(record, kit.Program+":")
			all[name] = nil
		}
		if words := strings.Fields(line); len(words) == 3 && words[0] == "Password" {
			value, err := hex.DecodeString(words[2])
			if err != nil {
				t.Fatal(err)
			}
			all[name] = value
		}
	}
	return all
}
