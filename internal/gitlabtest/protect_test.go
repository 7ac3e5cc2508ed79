package gitlabtest_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

func TestProtect(t *testing.T) {
	t.Parallel()
	g, url := started(t,
		gitlabtest.Token{Secret: "read", Scopes: []string{"read_registry"}},
		gitlabtest.Token{Secret: "api", Scopes: []string{"api"}},
	)
	const realm = "https://gitlab.example.com/jwt/auth"
	registry := httptest.NewServer(g.Protect("container_registry", func() string { return realm },
		http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })))
	defer registry.Close()
	const plain = `Bearer realm="` + realm + `",service="container_registry"`
	const all = "repository:g/p:pull,push"
	pull, push := registryToken(t, url, "read", all), registryToken(t, url, "api", all)
	for _, tc := range []struct {
		method, path, bearer string
		status               int
		challenge            string
	}{
		{http.MethodGet, "/v2/", "", 401, plain},
		{http.MethodGet, "/v2/", pull, 418, ""},
		{http.MethodGet, "/v2/g/p/manifests/latest", "", 401, plain + `,scope="repository:g/p:pull"`},
		{http.MethodGet, "/v2/g/p/manifests/latest", pull, 418, ""},
		{http.MethodHead, "/v2/g/p/blobs/sha256:00", pull, 418, ""},
		{http.MethodGet, "/v2/g/other/tags/list", pull, 401, plain + `,scope="repository:g/other:pull"`},
		{http.MethodPut, "/v2/g/p/manifests/latest", pull, 401, plain + `,scope="repository:g/p:pull,push"`},
		{http.MethodPost, "/v2/g/p/blobs/uploads/", push, 418, ""},
		{http.MethodGet, "/health", "", 418, ""},
	} {
		answer := ask(t, tc.method, registry.URL+tc.path, header("Authorization", "Bearer "+tc.bearer))
		if answer.status != tc.status || answer.header.Get("WWW-Authenticate") != tc.challenge {
			t.Errorf("%s %s: %d %q", tc.method, tc.path, answer.status, answer.header.Get("WWW-Authenticate"))
		}
		if tc.status == 401 && answer.message() != "authentication required" {
			t.Errorf("%s %s: %s", tc.method, tc.path, answer.body)
		}
	}
}

func TestDependencyProxy(t *testing.T) {
	t.Parallel()
	g, url := started(t, gitlabtest.Token{Secret: "api", Scopes: []string{"api"}})
	answer := ask(t, http.MethodGet, url+"/v2/")
	if want := g.Challenge("dependency_proxy", url+"/jwt/auth"); answer.header.Get("WWW-Authenticate") != want {
		t.Errorf("challenge %q, want %q", answer.header.Get("WWW-Authenticate"), want)
	}
	if answer.status != 401 || answer.body != "" {
		t.Errorf("%d %q", answer.status, answer.body)
	}
	token := ask(t, http.MethodGet, url+"/jwt/auth?service=dependency_proxy", basic("x", "api")).json["token"].(string)
	if answer := ask(t, http.MethodGet, url+"/v2/", header("Authorization", "Bearer "+token)); answer.status != 200 {
		t.Errorf("with a token: %d", answer.status)
	}
}
