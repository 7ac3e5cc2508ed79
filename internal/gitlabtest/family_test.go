package gitlabtest_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// revoked reports whether the token with secret is.
func revoked(g *gitlabtest.GitLab, secret string) (is bool) {
	g.Change(secret, func(token *gitlabtest.Token) { is = token.Revoked })
	return is
}

func TestHeirs(t *testing.T) {
	t.Parallel()
	g, url := started(t, gitlabtest.Token{Secret: "pat", Scopes: []string{"api"}}, gitlabtest.Token{Secret: "pat-r2"})
	g.SetNow(noon)
	next := func(secret, want string) {
		t.Helper()
		answer := ask(t, http.MethodPost, url+rotate, header("PRIVATE-TOKEN", secret))
		if answer.json["token"] != want {
			t.Errorf("%s: %d %s", secret, answer.status, answer.body)
		}
		if heir, has := g.Heir("pat"); !has || heir != want {
			t.Errorf("the heir is %q, want %s", heir, want)
		}
	}
	if heir, has := g.Heir("pat"); has {
		t.Errorf("nobody has rotated it, and its heir is %q", heir)
	}
	next("pat", "pat-r1")
	next("pat-r1", "pat-r3") // There is another token with the name that would be next.
	if _, has := g.Heir("pat-r3"); has {
		t.Error("it is its own heir")
	}
	if _, has := g.Heir("unknown"); has {
		t.Error("an unknown token has an heir")
	}
	g.Change("pat-r3", func(token *gitlabtest.Token) { token.ExpiresAt = "2026-03-01" })
	if heir, has := g.Heir("pat"); has {
		t.Errorf("a dead token is an heir: %s", heir)
	}
	g.Change("pat-r3", func(token *gitlabtest.Token) { token.ExpiresAt = "" })
	g.Add(gitlabtest.Token{Secret: "pat-r3"})
	if heir, has := g.Heir("pat"); has {
		t.Errorf("a token that was added is an heir: %s", heir)
	}
}

func TestReuseRevokesTheFamily(t *testing.T) {
	t.Parallel()
	g, url := started(t, gitlabtest.Token{Secret: "pat", Scopes: []string{"api"}}, gitlabtest.Token{Secret: "other"})
	post := func(secret string) int {
		return ask(t, http.MethodPost, url+rotate, header("PRIVATE-TOKEN", secret)).status
	}
	if got := []int{post("pat"), post("pat-r1")}; got[0] != 200 || got[1] != 200 {
		t.Fatal(got)
	}
	ask(t, http.MethodGet, url+self, header("PRIVATE-TOKEN", "pat"))
	ask(t, http.MethodGet, url+signIn, basic("x", "pat"))
	if g.FamilyRevoked() || revoked(g, "pat-r2") {
		t.Error("it is only the attempt to rotate that GitLab takes for a theft")
	}
	if post("pat") != 401 || !revoked(g, "pat-r2") || !g.FamilyRevoked() || revoked(g, "other") {
		t.Errorf("family revoked: %v, heir %v, other %v", g.FamilyRevoked(), revoked(g, "pat-r2"), revoked(g, "other"))
	}
	if heir, has := g.Heir("pat"); has {
		t.Errorf("an heir has survived: %s", heir)
	}
}

// TestReuseWithoutHeirs: a revoked token without living heirs takes nobody with it, and neither does one that has
// expired besides, of which GitLab says that first.
func TestReuseWithoutHeirs(t *testing.T) {
	t.Parallel()
	g, url := started(t, gitlabtest.Token{Secret: "pat", Scopes: []string{"api"}, Revoked: true},
		gitlabtest.Token{Secret: "old", Scopes: []string{"api"}})
	g.SetNow(noon)
	ask(t, http.MethodPost, url+rotate, header("PRIVATE-TOKEN", "pat"))
	ask(t, http.MethodPost, url+rotate, header("PRIVATE-TOKEN", "old"))
	g.Change("old", func(token *gitlabtest.Token) { token.ExpiresAt = "2026-03-01" })
	ask(t, http.MethodPost, url+rotate, header("PRIVATE-TOKEN", "old"))
	if heir, has := g.Heir("old"); !has || g.FamilyRevoked() {
		t.Errorf("heir %q, family revoked: %v", heir, g.FamilyRevoked())
	}
}

// TestOneOfManyRotates: of those who rotate a token at once, one gets an heir, and the next takes it away.
func TestOneOfManyRotates(t *testing.T) {
	t.Parallel()
	g, url := started(t, gitlabtest.Token{Secret: "pat", Scopes: []string{"api"}})
	var all sync.WaitGroup
	statuses := make([]int, 4)
	for i := range statuses {
		all.Go(func() {
			statuses[i] = ask(t, http.MethodPost, url+rotate, header("PRIVATE-TOKEN", "pat")).status
		})
	}
	all.Wait()
	won := 0
	for _, status := range statuses {
		if status == 200 {
			won++
		}
	}
	if _, has := g.Heir("pat"); won != 1 || has || !g.FamilyRevoked() {
		t.Errorf("statuses %v, heir: %v, family revoked: %v", statuses, has, g.FamilyRevoked())
	}
}
