package gitlab

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// canary is the secret of all tests. It must not come out of the package in any text.
const canary = "glpat-CaNaRy_0123456789"

// noon is when all tests take place.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// world is a GitLab stand-in, a registry in front of it, and a Client that is to find its way from one to the other.
type world struct {
	gitlab   *gitlabtest.GitLab
	base     string
	host     credentials.Host // the registry
	client   *Client
	registry func(http.ResponseWriter, *http.Request) // in place of the real one, if set

	mu    sync.Mutex
	trace []string
	told  []string // to people who wait
}

// newWorld returns a world on this machine, in plain http. Its GitLab knows token, whose secret is the canary.
func newWorld(t *testing.T, token *gitlabtest.Token) *world {
	t.Helper()
	w := bareWorld(t)
	if token != nil {
		token.Secret = canary
		w.gitlab.Add(*token)
	}
	gitlab := httptest.NewServer(w.gitlab)
	t.Cleanup(gitlab.Close)
	w.base = gitlab.URL
	registry := httptest.NewServer(w.front())
	t.Cleanup(registry.Close)
	w.host = hostOf(t, registry.URL)
	return w
}

// bareWorld returns a world in which nothing is served yet.
func bareWorld(t *testing.T) *world {
	t.Helper()
	g, err := gitlabtest.New("issuer")
	if err != nil {
		t.Fatal(err)
	}
	g.SetNow(func() time.Time { return noon })
	w := &world{gitlab: g}
	w.client = w.newClient("")
	return w
}

// front is the registry: the stand-in's challenge, unless the test has something else in mind.
func (w *world) front() http.Handler {
	usual := w.gitlab.Protect("container_registry", func() string { return w.base + "/jwt/auth" }, http.NotFoundHandler())
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if w.registry != nil {
			w.registry(rw, r)
			return
		}
		usual.ServeHTTP(rw, r)
	})
}

// newClient returns a Client at noon whose words the world keeps.
func (w *world) newClient(caFile string) *Client {
	return New(Options{
		UserAgent: "docker-credential-gitlabjob/test", CAFile: caFile,
		Now: func() time.Time { return noon },
		Trace: func(format string, args ...any) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.trace = append(w.trace, fmt.Sprintf(format, args...))
		},
		Progress: func(doing string) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.told = append(w.told, doing)
		},
	})
}

// inspect asks about the canary, and fails the test when it comes out in anything said.
func (w *world) inspect(t *testing.T, username string) (credentials.Life, error) {
	t.Helper()
	q := w.question("")
	q.Username = username
	found, err := w.client.Inspect(t.Context(), q)
	w.wantNoSecret(t, q, found, err)
	return found.Life, err
}

// question is about the canary, which is jane's. base is the GitLab that is named, if one is.
func (w *world) question(base string) credentials.Question {
	return credentials.Question{Host: w.host, Username: "jane", Secret: credentials.NewSecret(canary), GitLab: base}
}

// wantNoSecret fails the test when the secret of q comes out in what was found, or in anything said. What the stand-in
// puts in its place begins with it.
func (w *world) wantNoSecret(t *testing.T, q credentials.Question, found credentials.Finding, err error) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	said := fmt.Sprintf("%+v\n%v\n%s\n%s", found, err, strings.Join(w.trace, "\n"), strings.Join(w.told, "\n"))
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		if _, wrapped := inner.(*tidyError); wrapped {
			break
		}
		said += "\n" + inner.Error()
	}
	echo := base64.StdEncoding.EncodeToString([]byte(q.Username + ":" + canary))
	for _, secret := range []string{canary, echo} {
		if strings.Contains(said, secret) {
			t.Errorf("the secret comes out:\n%s", said)
		}
	}
}

// count returns how often the GitLab was asked at e.
func (w *world) count(e gitlabtest.Endpoint) (n int) {
	for _, r := range w.gitlab.Seen() {
		if r.Endpoint == e {
			n++
		}
	}
	return n
}

func hostOf(t *testing.T, url string) credentials.Host {
	t.Helper()
	h, err := credentials.ParseHost(url)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// refusal returns the *credentials.RefusedError that err is.
func refusedWith(t *testing.T, err error) *credentials.RefusedError {
	t.Helper()
	var refused *credentials.RefusedError
	if !errors.As(err, &refused) {
		t.Fatalf("%v is no refusal", err)
	}
	return refused
}

// wantUnreachable fails the test unless err is an *credentials.UnreachableError that says text.
func wantUnreachable(t *testing.T, err error, text string) {
	t.Helper()
	var out *credentials.UnreachableError
	if !errors.As(err, &out) || !strings.Contains(err.Error(), text) {
		t.Errorf("%v, want out of reach with %q", err, text)
	}
}

// wantNotGitLab fails the test unless err is a *credentials.NotGitLabError that found text.
func wantNotGitLab(t *testing.T, err error, text string) {
	t.Helper()
	var not *credentials.NotGitLabError
	if !errors.As(err, &not) || !strings.Contains(not.Found, text) {
		t.Errorf("%v, want no GitLab and %q", err, text)
	}
}
