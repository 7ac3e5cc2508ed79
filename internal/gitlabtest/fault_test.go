package gitlabtest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		fault  gitlabtest.Fault
		status int
		body   string
	}{
		{gitlabtest.Fault{Status: 429}, 429, "Retry later\n"},
		{gitlabtest.Fault{Status: 403}, 403, "Forbidden\n"},
		{gitlabtest.Fault{Status: 503, Endpoint: gitlabtest.Self}, 503, "<html><h1>503</h1>Service Unavailable</html>\n"},
		{gitlabtest.Fault{Status: 503, Endpoint: gitlabtest.SignIn}, 200, ""},
		{gitlabtest.Fault{Status: 401, Body: `{"message":"{echo}"}`}, 401, `{"message":"pat"}`},
		{gitlabtest.Fault{Body: "hello"}, 200, "hello"},
		{gitlabtest.Fault{Redirect: "https://evil.example/"}, 302, ""},
		{gitlabtest.Fault{}, 200, ""},
	} {
		g, url := started(t, gitlabtest.Token{Secret: "pat"})
		g.Fault(tc.fault)
		answer := ask(t, http.MethodGet, url+self, header("PRIVATE-TOKEN", "pat"))
		if answer.status != tc.status || tc.body != "" && answer.body != tc.body {
			t.Errorf("%+v: %d %q", tc.fault, answer.status, answer.body)
		}
		if answer.header.Get("Location") != tc.fault.Redirect {
			t.Errorf("%+v: redirect to %q", tc.fault, answer.header.Get("Location"))
		}
	}
}

func TestFaultsAddUpAndEnd(t *testing.T) {
	t.Parallel()
	g, url := started(t, gitlabtest.Token{Secret: "pat", Scopes: []string{"api"}})
	g.Fault(gitlabtest.Fault{Status: 503})
	g.Fault(gitlabtest.Fault{Endpoint: gitlabtest.SignIn, Status: 429})
	statuses := func() string {
		return fmt.Sprint(ask(t, http.MethodGet, url+self, header("PRIVATE-TOKEN", "pat")).status,
			ask(t, http.MethodGet, url+signIn, basic("x", "pat")).status)
	}
	if got := statuses(); got != "503 429" {
		t.Error(got)
	}
	g.Fault(gitlabtest.Fault{})
	if got := statuses(); got != "200 200" {
		t.Errorf("repaired: %s", got)
	}
}

func TestCutAndSlow(t *testing.T) {
	t.Parallel()
	g, url := started(t)
	g.Fault(gitlabtest.Fault{Endpoint: gitlabtest.Self, Cut: true})
	g.Fault(gitlabtest.Fault{Endpoint: gitlabtest.SignIn, Delay: time.Minute})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	for _, path := range []string{self, signIn} {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := new(http.Transport).RoundTrip(req)
		if err == nil {
			_ = resp.Body.Close()
			t.Errorf("%s: %s", path, resp.Status)
		}
		if late := errors.Is(err, context.DeadlineExceeded); late != (path == signIn) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if seen := g.Seen(); len(seen) == 0 || seen[0].Status != 0 || seen[0].Endpoint != gitlabtest.Self {
		t.Errorf("seen: %v", seen)
	}
}

func TestSeen(t *testing.T) {
	t.Parallel()
	const canary = "glpat-canary-0123456789"
	g, url := started(t, gitlabtest.Token{Secret: canary, Scopes: []string{"api"}})
	ask(t, http.MethodGet, url+self, header("PRIVATE-TOKEN", canary), header("User-Agent", "tester/1"))
	ask(t, http.MethodGet, url+signIn+"&scope=repository:a:pull&scope=repository:b:pull", basic("jane", canary))
	ask(t, http.MethodGet, url+"/v2/", header("Authorization", "Bearer x"))
	ask(t, http.MethodPost, url+"/jwt/auth")
	seen := g.Seen()
	if len(seen) != 4 {
		t.Fatalf("%d requests", len(seen))
	}
	if r := seen[0]; r.Endpoint != gitlabtest.Self || r.Header != gitlabtest.PrivateToken || r.Status != 200 ||
		!r.Carried(canary) || r.Carried("") || r.UserAgent != "tester/1" {
		t.Errorf("%+v", r)
	}
	if r := seen[1]; r.Endpoint != gitlabtest.SignIn || r.Header != gitlabtest.Basic || r.Username != "jane" ||
		r.Service != "container_registry" || len(r.Scopes) != 2 || !r.Carried(canary) {
		t.Errorf("%+v", r)
	}
	if r := seen[2]; r.Endpoint != gitlabtest.DependencyProxy || r.Header != gitlabtest.Bearer || r.Status != 401 {
		t.Errorf("%+v", r)
	}
	if r := seen[3]; r.Endpoint != gitlabtest.Elsewhere || r.Header != gitlabtest.NoHeader || r.Carried("") ||
		r.Status != 404 {
		t.Errorf("%+v", r)
	}
	if text := fmt.Sprintf("%+v %#v", seen, seen); strings.Contains(text, canary) {
		t.Error("the secret is in what was seen")
	}
}
