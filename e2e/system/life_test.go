package system

import (
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// newcomer returns the account of somebody who has never run Docker, nor this helper.
func newcomer(t *testing.T) *account {
	t.Helper()
	me := newAccount(t)
	if err := os.RemoveAll(filepath.Dir(me.ConfigPath())); err != nil {
		t.Fatal(err)
	}
	return me
}

// rotatableToken is what the page makes that `login` names.
func rotatableToken() gitlabtest.Token {
	token := goodToken()
	token.Scopes = append(token.Scopes, "self_rotate")
	return token
}

// verb runs one of the program's verbs for people.
func (a *account) verb(t *testing.T, stdin string, words ...string) outcome {
	t.Helper()
	return a.run(t, stdin, kit.Program, words...)
}

// pulls is a `docker pull` of an image that the engine has nothing of.
func (a *account) pulls(t *testing.T, image string) outcome {
	t.Helper()
	return clients[0].fetch(t, a, image)
}

// advised returns the command that a note names at its end.
func (o outcome) advised(t *testing.T) []string {
	t.Helper()
	for line := range strings.Lines(o.stderr) {
		if _, command, ok := strings.Cut(line, "; run: "); ok {
			return strings.Fields(command)
		}
	}
	t.Fatalf("no command is named: %v", o)
	return nil
}

// heir returns the token that has come from a token by rotation.
func heir(t *testing.T, token string) string {
	t.Helper()
	secret, has := lab.gitlab.Heir(token)
	if !has {
		t.Fatal("GitLab has no living token in the place of that one")
	}
	return lab.guard(secret)
}

// dead fails the test unless GitLab refuses the token.
func dead(t *testing.T, token string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, lab.gitlab.URL+string(gitlabtest.Self), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("PRIVATE-TOKEN", token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusUnauthorized {
		t.Errorf("GitLab says %s to the token", response.Status)
	}
}

// requests are what GitLab was asked since some moment.
type requests struct{ before int }

func watchRequests() requests { return requests{len(lab.gitlab.Seen())} }

// at returns how many of the requests went to an endpoint.
func (r requests) at(endpoint gitlabtest.Endpoint) (n int) {
	for _, request := range lab.gitlab.Seen()[r.before:] {
		if request.Endpoint == endpoint {
			n++
		}
	}
	return n
}

// filesWith returns the account's files, other than Docker's config, in which a text stands.
func (a *account) filesWith(t *testing.T, text string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(a.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || path == a.ConfigPath() {
			return err
		}
		data, err := os.ReadFile(path)
		if strings.Contains(string(data), text) {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
