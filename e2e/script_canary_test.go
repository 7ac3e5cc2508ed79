package e2e

import (
	"encoding/base64"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// canary is in every secret of the scripts. Where it shows up, a secret has.
const canary = "CANARY4canary"

// canaries are the canary as it stands in a text, and as it may stand in base64, which has it in one of three ways.
var canaries = func() []string {
	all := []string{canary}
	for shift := range 3 {
		encoded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("_", shift) + canary))
		from := []int{0, 2, 3}[shift] // past the characters that the shift has a part in
		to := (shift + len(canary)) * 8 / 6
		all = append(all, encoded[from:to])
	}
	return all
}()

// leaked returns what of text is a secret or a part of one, or "".
func (s *story) leaked(text string) string {
	for _, secret := range append(s.secrets, canaries...) {
		if strings.Contains(text, secret) {
			return secret
		}
	}
	return ""
}

// searchOutput fails the script when a secret is anywhere in what the program printed but in the answer to "get".
func (s *story) searchOutput(ts *testscript.TestScript, words []string) {
	printed := s.last.Stderr
	if s.last.Code != 0 || len(words) != 1 || words[0] != "get" {
		printed += s.last.Stdout
	}
	if secret := s.leaked(printed); secret != "" {
		ts.Fatalf("%v printed a secret, or a part of one: %q in\n%s", words, secret, printed)
	}
}

// searchFiles fails the script when a secret is in any file that it leaves, or in the name of one. Only the directory
// in which the test vault stands in for a keyring may have secrets.
func (s *story) searchFiles(tb testing.TB) {
	tb.Helper()
	files := 0
	err := filepath.WalkDir(s.work, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if path == s.vault {
			return fs.SkipDir
		}
		if secret := s.leaked(path); secret != "" {
			tb.Errorf("a secret, or a part of one, is in the name of %s", path)
		}
		if !d.Type().IsRegular() {
			return nil
		}
		files++
		data, err := os.ReadFile(path)
		if secret := s.leaked(string(data)); secret != "" {
			tb.Errorf("a secret, or a part of one, is in %s: %q", path, secret)
		}
		return err
	})
	if err != nil {
		tb.Errorf("searching for secrets: %v", err)
	}
	tb.Logf("searched %d files for secrets", files)
}

// TestCanary makes sure that the search finds a secret in each form in which it could leave.
func TestCanary(t *testing.T) {
	s := &story{secrets: []string{"whole.token.value"}}
	for _, text := range []string{"a " + canary + " b", "x whole.token.value y"} {
		if s.leaked(text) == "" {
			t.Errorf("nothing found in %q", text)
		}
	}
	for _, username := range []string{"", "a", "al", "ali", "alice", "gitlab-ci-token"} {
		basic := base64.StdEncoding.EncodeToString([]byte(username + ":glpat-" + canary + "-17"))
		if s.leaked("Authorization: Basic "+basic) == "" {
			t.Errorf("nothing found in the Basic header of %q", username)
		}
	}
	if secret := s.leaked("nothing of interest"); secret != "" {
		t.Errorf("found %q where there is nothing", secret)
	}
}
