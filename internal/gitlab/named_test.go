package gitlab

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// TestNamedGitLab: where it is known which GitLab it is, the registry is not asked, in whatever way it is written.
func TestNamedGitLab(t *testing.T) {
	t.Parallel()
	w := secureWorld(t, envCert, gitlabtest.Token{Scopes: []string{"api"}, ExpiresAt: "2026-05-31"})
	w.registry = func(http.ResponseWriter, *http.Request) { t.Error("the registry was asked") }
	name := strings.TrimSuffix(strings.TrimPrefix(w.base, "https://"), "/some/path")
	for _, base := range []string{
		w.base, w.base + "/", w.base + "//", "HTTPS://" + strings.ToUpper(name) + ":443/some/path",
	} {
		found, err := w.client.Inspect(t.Context(), w.question(base))
		w.wantNoSecret(t, w.question(""), found, err)
		if err != nil || found.Life.GitLab != w.base || !found.Life.ExpiresAt.Equal(may31) {
			t.Errorf("%s: %+v, %v", base, found, err)
		}
	}
	if n := wayOut.requests(w.host.String()); n != 0 {
		t.Errorf("%d connections to the registry", n)
	}
	if trace := strings.Join(w.trace, "\n"); strings.Contains(trace, "the GitLab behind") {
		t.Error(trace)
	}
}

func TestBadNameOfAGitLab(t *testing.T) {
	t.Parallel()
	for base, text := range map[string]string{
		"http://gitlab.example.com":                "which is not https",
		"ftp://gitlab.example.com":                 "which is not https",
		"gitlab.example.com":                       "which is not a plain URL",
		"https://":                                 "which is not a plain URL",
		"/":                                        "which is not a plain URL",
		"https://jane:x@gitlab.example.com":        "which is not a plain URL",
		"https://gitlab.example.com?":              "which is not a plain URL",
		"https://gitlab.example.com/?a=b&c=":       "which is not a plain URL",
		"https://gitlab.example.com/#":             "which is not a plain URL",
		"https://gitlab.example.com#/":             "which is not a plain URL",
		"https://gitlab.example.com\n":             "which is not a plain URL",
		"https://gitläb.example.com":               "which is not on a host",
		"https://gitlab.example.com.":              "which is not on a host",
		"https://" + strings.Repeat("a/", 300):     "which is too long",
		"https://gitlab.example.com/" + canary:     `"https://gitlab.example.com/[redacted]", which has the credential in it`,
		"https://oauth2:" + canary + "@gitlab.com": `"https://oauth2:[redacted]@gitlab.com", which is not a plain URL`,
	} {
		w := newWorld(t, &gitlabtest.Token{Scopes: []string{"api"}})
		q := w.question(base)
		found, err := w.client.Inspect(t.Context(), q)
		w.wantNoSecret(t, q, found, err)
		wantNotGitLab(t, err, text)
		if len(w.gitlab.Seen()) != 0 {
			t.Errorf("%s: %+v", base, w.gitlab.Seen())
		}
	}
}

// TestNamedGitLabIsTheRegistry: what answers on GitLab's own host is the dependency proxy, which wants more rights than
// the registry. It is the same whether the host tells it or the GitLab is named.
func TestNamedGitLabIsTheRegistry(t *testing.T) {
	t.Parallel()
	for _, named := range []bool{false, true} {
		w := newWorld(t, &gitlabtest.Token{Scopes: []string{"read_registry"}})
		w.host = hostOf(t, w.base)
		q := w.question("")
		if named {
			q.GitLab = w.base + "/"
		}
		_, err := w.client.Inspect(t.Context(), q)
		if r := refusedWith(t, err); r.Why != credentials.RefusedNoRight {
			t.Errorf("named %v: %#v", named, r)
		}
		w.gitlab.Change(canary, func(token *gitlabtest.Token) { token.Scopes = []string{"api"} })
		found, err := w.client.Inspect(t.Context(), q)
		if err != nil || found.Life.Aliases != nil {
			t.Errorf("named %v: %+v, %v", named, found, err)
		}
		for _, r := range w.gitlab.Seen() {
			if r.Endpoint == gitlabtest.SignIn && r.Service != "dependency_proxy" {
				t.Errorf("named %v: %+v", named, r)
			}
		}
		if n := w.count(gitlabtest.SignIn); n != 2 {
			t.Errorf("named %v: %d sign-ins for two questions", named, n)
		}
	}
}
