package gitlabtest_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

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

// TestConcurrentUse is for the race detector.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	g, url := started(t, gitlabtest.Token{Secret: "pat", Scopes: []string{"api"}})
	const users = 4
	var all sync.WaitGroup
	for i := range users {
		all.Go(func() {
			g.Add(gitlabtest.Token{Secret: fmt.Sprint(i)})
			g.Change("pat", func(token *gitlabtest.Token) { token.Name += "x" })
			g.Fault(gitlabtest.Fault{})
			if answer := ask(t, http.MethodGet, url+self, header("PRIVATE-TOKEN", "pat")); answer.status != 200 {
				t.Errorf("%d", answer.status)
			}
			_ = g.Seen()
		})
	}
	all.Wait()
	if n := len(g.Seen()); n != users {
		t.Errorf("%d requests were seen", n)
	}
}
