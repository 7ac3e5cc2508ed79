package gitlabtest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

const rotate = self + "/rotate"

// noon is the present in the tests of rotation.
func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func TestRotateMakesAnHeir(t *testing.T) {
	t.Parallel()
	g, url := started(t, gitlabtest.Token{
		Secret: "glpat-CANARY", Name: "laptop", Username: "jane", Scopes: []string{"read_registry", "self_rotate"},
		ExpiresAt: "2026-03-02", Projects: []string{"g/p"},
	})
	g.SetNow(noon)
	answer := ask(t, http.MethodPost, url+rotate, header("PRIVATE-TOKEN", "glpat-CANARY"))
	want := map[string]any{
		"name": "laptop", "active": true, "revoked": false, "expires_at": "2026-03-08", "token": "glpat-CANARY-r1",
		"created_at": "2026-03-01T12:00:00.000Z", "id": 43.0, "user_id": 7.0,
	}
	for member, value := range want {
		if answer.json[member] != value {
			t.Errorf("%s is %v, want %v", member, answer.json[member], value)
		}
	}
	if scopes, ok := answer.json["scopes"].([]any); !ok || len(scopes) != 2 || answer.status != 200 {
		t.Errorf("%d %s", answer.status, answer.body)
	}
	if _, has := answer.json["last_used_ips"]; has {
		t.Error("a member that only the token's own page has")
	}
	old := ask(t, http.MethodGet, url+self, header("PRIVATE-TOKEN", "glpat-CANARY"))
	if old.status != 401 || old.json["error_description"] != gitlabtest.TokenRevoked {
		t.Errorf("the old one: %d %s", old.status, old.body)
	}
	bearer := registryToken(t, url, "glpat-CANARY-r1", "repository:g/p:pull", "repository:g/q:pull")
	if err := g.VerifyRegistryToken(bearer, "g/p", "pull"); err != nil {
		t.Error(err)
	}
	if err := g.VerifyRegistryToken(bearer, "g/q", "pull"); err == nil {
		t.Error("the heir opens more than its ancestor did")
	}
}

func TestRotateExpiry(t *testing.T) {
	t.Parallel()
	const asJSON, asForm = "application/json", "application/x-www-form-urlencoded"
	for _, tc := range []struct {
		kind, body string
		status     int
		member     string
		want       any
	}{
		{asJSON, ``, 200, "expires_at", "2026-03-08"},
		{asJSON, `{}`, 200, "expires_at", "2026-03-08"},
		{asJSON, `{"expires_at":null}`, 200, "expires_at", "2026-03-08"},
		{asJSON, `{"expires_at":""}`, 200, "expires_at", "2026-03-08"},
		{asJSON + "; charset=utf-8", `{"expires_at":"2026-06-01"}`, 200, "expires_at", "2026-06-01"},
		{asForm, `expires_at=2026-06-01`, 200, "expires_at", "2026-06-01"},
		{asJSON, `{"expires_at":"2027-03-01"}`, 200, "expires_at", "2027-03-01"},
		{asJSON, `{"expires_at":"2027-03-02"}`, 400, "message", gitlabtest.ExpiresTooLate + "2027-03-01"},
		{asJSON, `{"expires_at":"2026-02-30"}`, 400, "error", "expires_at is invalid"},
		{asJSON, `{"expires_at":12}`, 400, "error", "expires_at is invalid"},
		{asForm, `expires_at=soon`, 400, "error", "expires_at is invalid"},
		{asJSON, `{`, 400, "error", "the body is no JSON"},
		// GitLab takes a day that has passed, and the token is lost.
		{asJSON, `{"expires_at":"2026-03-01"}`, 200, "active", false},
	} {
		g, url := started(t, gitlabtest.Token{Secret: "pat", Scopes: []string{"self_rotate"}, ExpiresAt: "2026-09-01"})
		g.SetNow(noon)
		answer := ask(t, http.MethodPost, url+rotate, header("PRIVATE-TOKEN", "pat"), sending(tc.kind, tc.body))
		if answer.status != tc.status || answer.json[tc.member] != tc.want {
			t.Errorf("%s: %d %s", tc.body, answer.status, answer.body)
		}
		again := ask(t, http.MethodGet, url+self, header("PRIVATE-TOKEN", "pat"))
		if (again.status == 200) != (tc.status != 200) {
			t.Errorf("%s: the old one is answered with %d", tc.body, again.status)
		}
	}
}

func TestRotateRefuses(t *testing.T) {
	t.Parallel()
	scopes := []string{"self_rotate"}
	g, url := started(t,
		gitlabtest.Token{Secret: "expired", Scopes: scopes, ExpiresAt: "2026-03-01"},
		gitlabtest.Token{Secret: "revoked", Scopes: scopes, Revoked: true},
		gitlabtest.Token{Secret: "both", Scopes: scopes, Revoked: true, ExpiresAt: "2026-03-01"},
		gitlabtest.Token{Secret: "blocked", Scopes: []string{"read_user"}, Blocked: true},
		gitlabtest.Token{Secret: "narrow", Scopes: []string{"read_api", "read_registry", "write_registry"}},
		gitlabtest.Token{Secret: "deploy", Kind: gitlabtest.DeployToken},
		gitlabtest.Token{Secret: "job", Kind: gitlabtest.JobToken},
		gitlabtest.Token{Secret: "password", Kind: gitlabtest.Password},
		gitlabtest.Token{Secret: "oauth", Kind: gitlabtest.OAuthToken, Scopes: []string{"api"}},
		gitlabtest.Token{Secret: "oauth-narrow", Kind: gitlabtest.OAuthToken, Scopes: []string{"read_api"}},
	)
	g.SetNow(noon)
	for _, tc := range []struct {
		secret       string
		status       int
		member, text string
	}{
		{"expired", 401, "error_description", gitlabtest.TokenExpired},
		{"both", 401, "error_description", gitlabtest.TokenExpired},
		{"revoked", 401, "error_description", gitlabtest.TokenRevoked},
		{"blocked", 403, "message", gitlabtest.AccountBlocked},
		{"narrow", 403, "error", "insufficient_scope"},
		{"deploy", 401, "message", gitlabtest.Unauthorized},
		{"job", 401, "message", gitlabtest.Unauthorized},
		{"password", 401, "message", gitlabtest.Unauthorized},
		{"unknown", 401, "message", gitlabtest.Unauthorized},
		{"oauth", 405, "message", gitlabtest.MethodNotAllowed},
		{"oauth-narrow", 403, "scope", "api self_rotate api read_api"},
	} {
		answer := ask(t, http.MethodPost, url+rotate, header("Authorization", "Bearer "+tc.secret))
		if answer.status != tc.status || answer.json[tc.member] != tc.text {
			t.Errorf("%s: %d %s", tc.secret, answer.status, answer.body)
		}
		if heir, has := g.Heir(tc.secret); has {
			t.Errorf("%s has an heir: %s", tc.secret, heir)
		}
	}
	if answer := ask(t, http.MethodPost, url+rotate, header("PRIVATE-TOKEN", "oauth")); answer.status != 401 {
		t.Errorf("an OAuth token in the wrong header: %d", answer.status)
	}
	if answer := ask(t, http.MethodGet, url+rotate, header("PRIVATE-TOKEN", "narrow")); answer.status != 404 {
		t.Errorf("GET: %d", answer.status)
	}
	const want = `{"error":"insufficient_scope","error_description":"The request requires higher privileges than ` +
		`provided by the access token.","scope":"api self_rotate api read_api"}` + "\n"
	answer := ask(t, http.MethodPost, url+rotate, header("PRIVATE-TOKEN", "narrow"))
	if answer.body != want || answer.header.Get("WWW-Authenticate") != "" {
		t.Errorf("%s%v", answer.body, answer.header)
	}
}
