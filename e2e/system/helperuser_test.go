package system

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/docker/docker-credential-helpers/credentials"
)

// helperUser is an account that keeps its tokens in another credential helper, which is the real one.
type helperUser struct {
	*account

	helper string   // docker-credential-NAME
	dirs   []string // where that keeps what it keeps
}

// helperUsers make a new one each. Debian's helpers are of version 0.6; the newest are those of the library.
var helperUsers = map[string]func(*testing.T) *helperUser{
	"Debian's docker-credential-pass": func(t *testing.T) *helperUser {
		t.Helper()
		return newPassUser(t, "").helperUser
	},
	"the newest docker-credential-pass": func(t *testing.T) *helperUser {
		t.Helper()
		u := newPassUser(t, "")
		u.useNewestHelper(t)
		return u.helperUser
	},
	"docker-credential-secretservice": func(t *testing.T) *helperUser {
		t.Helper()
		return newSecretServiceUser(t, newSession(t))
	},
}

func newSecretServiceUser(t *testing.T, desktop *session) *helperUser {
	t.Helper()
	u := &helperUser{account: newAccount(t), helper: "docker-credential-secretservice", dirs: []string{desktop.dir}}
	u.join(desktop)
	u.Set("GITLABJOB_KEYRING", "helper:secretservice")
	return u
}

// recordURL is the place of the registry's record in another helper: no registry can have that name.
func recordURL() string { return "https://docker-credential-gitlabjob.invalid/" + lab.registry }

// holds fails the test unless the token is kept in the other helper: where no registry's login stands, and readable
// nowhere else.
func (u *helperUser) holds(t *testing.T, token string) {
	t.Helper()
	if urls := u.urls(t); !slices.Equal(urls, []string{recordURL()}) {
		t.Errorf("%s lists %q", u.helper, urls)
	}
	if record := u.record(t); !strings.Contains(record, token) {
		t.Errorf("%s has a record of %d bytes without the token", u.helper, len(record))
	}
	if e := u.catalog(t).Tokens[lab.registry]; e.Vault != u.vault() {
		t.Errorf("the catalogue has %v", e)
	}
	u.serves(t, token)
	var listed map[string]string
	o := u.account.helper(t, "list", "unused").succeeds(t)
	if err := json.Unmarshal([]byte(o.stdout), &listed); err != nil || !maps.Equal(listed, map[string]string{lab.registry: "me"}) {
		t.Errorf("list = %v, %v", listed, err)
	}
	for _, dir := range append(u.dirs, u.Dir) {
		nothingReadable(t, dir, token)
	}
}

// holdsNothing fails the test when anything is kept.
func (u *helperUser) holdsNothing(t *testing.T) {
	t.Helper()
	if urls := u.urls(t); len(urls) > 0 {
		t.Errorf("%s lists %q", u.helper, urls)
	}
	u.account.helper(t, "list", "unused").succeeds(t).saysAlone(t, "{}")
	u.account.helper(t, "get", lab.registry).fails(t).saysAlone(t, credentials.NewErrCredentialsNotFound().Error())
}

// vault is what the catalogue calls the helper.
func (u *helperUser) vault() string {
	return "helper:" + strings.TrimPrefix(u.helper, "docker-credential-")
}

// urls asks the other helper what it has.
func (u *helperUser) urls(t *testing.T) []string {
	t.Helper()
	var listed map[string]string
	o := u.run(t, "unused", u.helper, "list").succeeds(t)
	if err := json.Unmarshal([]byte(o.stdout), &listed); err != nil {
		t.Fatalf("%v: %v", o, err)
	}
	return slices.Sorted(maps.Keys(listed))
}

// record asks the other helper for the registry's record, and keeps what it answers from the sweep.
func (u *helperUser) record(t *testing.T) string {
	t.Helper()
	cmd := u.Command(t.Context(), u.helper, "get")
	cmd.Stdin = strings.NewReader(recordURL())
	out, err := cmd.Output()
	var answer credentials.Credentials
	if err == nil {
		err = json.Unmarshal(out, &answer)
	}
	if err != nil {
		t.Fatalf("%s get: %v", u.helper, err)
	}
	return answer.Secret
}

// nothingReadable fails the test when the secret stands in a file below dir now. (What stands there once all tests are
// done is looked for in any case.)
func nothingReadable(t *testing.T, dir, secret string) {
	t.Helper()
	traces, files := disguises([]string{secret}), 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if find(data, traces) != "" {
			t.Errorf("the secret is in %s", path)
		}
		files++
		return err
	})
	if err != nil || files == 0 {
		t.Errorf("%d files in %s, %v", files, dir, err)
	}
}
