package gitlabtest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

const self = "/api/v4/personal_access_tokens/self"

func TestSelfRefuses(t *testing.T) {
	t.Parallel()
	g, url := started(t,
		gitlabtest.Token{Secret: "expired", ExpiresAt: "2026-03-01"},
		gitlabtest.Token{Secret: "revoked", Revoked: true},
		gitlabtest.Token{Secret: "blocked", Blocked: true},
		gitlabtest.Token{Secret: "deploy", Kind: gitlabtest.DeployToken},
		gitlabtest.Token{Secret: "job", Kind: gitlabtest.JobToken},
	)
	g.SetNow(func() time.Time { return time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC) })
	for _, tc := range []struct {
		secret       string
		status       int
		member, text string
	}{
		{"expired", 401, "error_description", gitlabtest.TokenExpired},
		{"revoked", 401, "error_description", gitlabtest.TokenRevoked},
		{"blocked", 403, "message", gitlabtest.AccountBlocked},
		{"deploy", 401, "message", gitlabtest.Unauthorized},
		{"job", 401, "message", gitlabtest.Unauthorized},
		{"unknown", 401, "message", gitlabtest.Unauthorized},
		{"", 401, "message", gitlabtest.Unauthorized},
	} {
		answer := ask(t, http.MethodGet, url+self, header("PRIVATE-TOKEN", tc.secret))
		if answer.status != tc.status || answer.json[tc.member] != tc.text {
			t.Errorf("%q: %d %s", tc.secret, answer.status, answer.body)
		}
	}
	if answer := ask(t, http.MethodGet, url+self, basic("x", "blocked")); answer.status != 401 {
		t.Errorf("Basic is no way to ask for it, but: %d", answer.status)
	}
}

func TestSelfShowsTheToken(t *testing.T) {
	t.Parallel()
	g, url := started(t, gitlabtest.Token{
		Secret: "pat", Name: "laptop", Scopes: []string{"read_registry"}, ExpiresAt: "2026-03-01",
	})
	g.SetNow(func() time.Time { return time.Date(2026, 2, 28, 23, 59, 59, 0, time.UTC) })
	answer := ask(t, http.MethodGet, url+self, header("PRIVATE-TOKEN", "pat"))
	want := map[string]any{"name": "laptop", "active": true, "revoked": false, "expires_at": "2026-03-01"}
	for member, value := range want {
		if answer.json[member] != value {
			t.Errorf("%s is %v, want %v", member, answer.json[member], value)
		}
	}
	if scopes, ok := answer.json["scopes"].([]any); !ok || len(scopes) != 1 || scopes[0] != "read_registry" {
		t.Errorf("scopes: %v", answer.json["scopes"])
	}
	g.Change("pat", func(token *gitlabtest.Token) { token.ExpiresAt, token.Inactive = "", true })
	answer = ask(t, http.MethodGet, url+self, header("Authorization", "Bearer pat"))
	if at, has := answer.json["expires_at"]; !has || at != nil || answer.json["active"] != false {
		t.Errorf("an inactive token without expiry: %s", answer.body)
	}
}

func TestChangeOfAnUnknownTokenPanics(t *testing.T) {
	t.Parallel()
	g, _ := started(t)
	defer func() {
		if recover() == nil {
			t.Error("it did not")
		}
	}()
	g.Change("unknown", func(*gitlabtest.Token) {})
}
