package gitlab

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// TestAliases: GitLab's own host, where its dependency proxy takes the credential. That it does not, or does not answer,
// is no reason to refuse it.
func TestAliases(t *testing.T) {
	t.Parallel()
	api := gitlabtest.Token{Scopes: []string{"api"}, ExpiresAt: "2026-05-31"}
	for name, tc := range map[string]struct {
		token gitlabtest.Token
		off   bool
		want  bool
	}{
		"both rights":    {token: gitlabtest.Token{Scopes: []string{"read_registry", "write_registry"}}, want: true},
		"api":            {token: api, want: true},
		"a deploy token": {token: gitlabtest.Token{Kind: gitlabtest.DeployToken, Username: "jane"}, want: true},
		"one right":      {token: gitlabtest.Token{Scopes: []string{"read_registry"}}},
		"switched off":   {token: api, off: true},
	} {
		w := newWorld(t, &tc.token)
		w.gitlab.SetDependencyProxy(!tc.off)
		life, err := w.inspect(t, "jane")
		var want []credentials.Host
		if tc.want {
			want = append(want, hostOf(t, w.base))
		}
		if err != nil || !slices.Equal(life.Aliases, want) {
			t.Errorf("%s: %v, %v", name, life.Aliases, err)
		}
		if w.count(gitlabtest.SignIn) != 2 {
			t.Errorf("%s: %+v", name, w.gitlab.Seen())
		}
	}
}

// TestAliasOutOfReach has the sign-in of the dependency proxy alone fail.
func TestAliasOutOfReach(t *testing.T) {
	t.Parallel()
	status := func(code int, body string) http.HandlerFunc {
		return func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Location", "/")
			rw.WriteHeader(code)
			_, _ = rw.Write([]byte(body))
		}
	}
	for name, fail := range map[string]http.HandlerFunc{
		"503":          status(503, ""),
		"403":          status(403, "Forbidden"),
		"401":          status(401, `{"errors":[{"message":"no `+canary+`"}]}`),
		"a redirect":   status(302, ""),
		"a login page": status(200, "<html>"),
		"cut":          func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"slow":         func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	} {
		w := newWorld(t, &gitlabtest.Token{Scopes: []string{"api"}, ExpiresAt: "2026-05-31"})
		server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("service") == "dependency_proxy" {
				fail(rw, r)
				return
			}
			w.gitlab.ServeHTTP(rw, r)
		}))
		t.Cleanup(server.Close)
		w.base = server.URL
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		if name == "slow" {
			ctx, cancel = context.WithTimeout(t.Context(), 400*time.Millisecond)
		}
		defer cancel()
		q := w.question("")
		found, err := w.client.Inspect(ctx, q)
		w.wantNoSecret(t, q, found, err)
		if err != nil || found.Life.Aliases != nil || !found.Life.ExpiresAt.Equal(may31) {
			t.Errorf("%s: %+v, %v", name, found, err)
		}
	}
}

// TestNoAliasOfItself has a registry on GitLab's own host and port, as a proxy in front of both can make one.
func TestNoAliasOfItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &gitlabtest.Token{Scopes: []string{"api"}})
	front := w.front()
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v2/" {
			front.ServeHTTP(rw, r)
			return
		}
		w.gitlab.ServeHTTP(rw, r)
	}))
	defer server.Close()
	w.base, w.host = server.URL, hostOf(t, server.URL)
	if life, err := w.inspect(t, "jane"); err != nil || life.Aliases != nil {
		t.Errorf("%+v, %v", life, err)
	}
}
