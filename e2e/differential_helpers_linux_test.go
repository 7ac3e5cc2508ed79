package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
)

// spokenHelper is a credential helper whose whole answer follows from its name and what it is asked about. The
// libraries run it as a program, Predict asks the same of this table.
type spokenHelper struct {
	has    string // the pattern, of a shell and of strings.Contains both, that what it has something for contains
	user   string
	secret string // before " of URL"
	words  string // what it says of anything else, and fails
}

const nothingFound = "credentials not found in native keychain"

var spokenHelpers = map[string]spokenHelper{
	"all":     {user: "user-of-all", secret: "secret"},
	"another": {user: "user-of-another", secret: "secret"},
	"deep":    {has: "/", user: "user-of-deep", secret: "secret", words: nothingFound}, // for paths, and Docker Hub's key
	"token":   {user: "<token>", secret: "token"},
	"nobody":  {user: "", secret: "secret"},
	"nothing": {has: "nowhere", words: nothingFound},
	"padded":  {has: "nowhere", words: " " + nothingFound},
	"louder":  {has: "nowhere", words: "Error: " + nothingFound},
	"broken":  {has: "nowhere", words: "the vault is locked"},
	"no-url":  {has: "nowhere", words: "no credentials server URL"},
	"silent":  {has: "nowhere"},
}

// Others answer with what is no credential.
var oddHelpers = map[string]struct {
	says    string
	outcome clients.Outcome
}{
	"blank":   {`{"ServerURL": "", "Username": "", "Secret": ""}`, clients.Found},
	"garbage": {`it is fine`, clients.Failed},
	"mute":    {``, clients.Failed},
}

// missingHelpers are named, and not there. An empty name is one.
var missingHelpers = []string{"absent", "gone/away", ""}

// layHelpers makes programs of the helpers, in directories for the PATH: bin, and one for each helper that Docker looks
// for where a file says nothing.
func layHelpers(t *testing.T, dir string) {
	t.Helper()
	for name, h := range spokenHelpers {
		layProgram(t, dir, "bin/docker-credential-"+name, h.script())
	}
	for name, h := range oddHelpers {
		layProgram(t, dir, "bin/docker-credential-"+name, "#!/bin/sh\nprintf '%s' '"+h.says+"'\n")
	}
	for _, name := range []string{"secretservice", "pass"} {
		layProgram(t, dir, name+"/docker-credential-"+name, spokenHelpers["all"].script())
	}
	layProgram(t, dir, "pass/pass", "")
}

func (h spokenHelper) script() string {
	return "#!/bin/sh\nIFS= read -r url\ncase $url in\n*" + h.has + `*) printf '{"ServerURL":"%s","Username":"` + h.user +
		`","Secret":"` + h.secret + ` of %s"}' "$url" "$url";;` + "\n*) printf '%s\\n' '" + h.words + "'; exit 1;;\nesac\n"
}

func layProgram(t *testing.T, dir, name, script string) {
	t.Helper()
	name = filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
}

// spoken asks the table. Detected is the helper that is there because Docker would look for it.
type spoken struct{ detected string }

// Get implements clients.Helpers.
func (s spoken) Get(name, serverURL string) clients.HelperAnswer {
	if odd, ok := oddHelpers[name]; ok {
		return clients.HelperAnswer{Outcome: odd.outcome}
	}
	if s.detected != "" && name == s.detected {
		name = "all"
	}
	h, ok := spokenHelpers[name]
	switch {
	case !ok:
		return clients.HelperAnswer{Outcome: clients.Missing}
	case strings.Contains(serverURL, h.has):
		secret := credentials.NewSecret(h.secret + " of " + serverURL)
		return clients.HelperAnswer{Outcome: clients.Found, Username: h.user, Secret: secret}
	case strings.TrimSpace(h.words) == nothingFound:
		return clients.HelperAnswer{Outcome: clients.NotFound}
	}
	return clients.HelperAnswer{Outcome: clients.Failed, Text: h.words}
}

// List implements clients.Helpers. Of these clients none lists.
func (spoken) List(string) ([]string, clients.HelperAnswer) {
	return nil, clients.HelperAnswer{Outcome: clients.Failed, Text: "nobody lists"}
}
