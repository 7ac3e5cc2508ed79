package gitlabtest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

const user = "/api/v4/user"

func TestRevoke(t *testing.T) {
	t.Parallel()
	g, url := started(t,
		gitlabtest.Token{Secret: "pat", Scopes: []string{"k8s_proxy"}},
		gitlabtest.Token{Secret: "expired", ExpiresAt: "2026-03-01"},
		gitlabtest.Token{Secret: "revoked", Revoked: true},
		gitlabtest.Token{Secret: "blocked", Blocked: true},
		gitlabtest.Token{Secret: "deploy", Kind: gitlabtest.DeployToken},
		gitlabtest.Token{Secret: "oauth", Kind: gitlabtest.OAuthToken, Scopes: []string{"api"}},
	)
	g.SetNow(noon)
	for _, tc := range []struct {
		secret       string
		status       int
		member, text string
	}{
		{"pat", 204, "", ""}, // whatever its scopes are
		{"pat", 401, "error_description", gitlabtest.TokenRevoked},
		{"expired", 401, "error_description", gitlabtest.TokenExpired},
		{"revoked", 401, "error_description", gitlabtest.TokenRevoked},
		{"blocked", 403, "message", gitlabtest.AccountBlocked},
		{"deploy", 401, "message", gitlabtest.Unauthorized},
		{"unknown", 401, "message", gitlabtest.Unauthorized},
		{"oauth", 400, "message", gitlabtest.NotPersonal},
	} {
		answer := ask(t, http.MethodDelete, url+self, header("Authorization", "Bearer "+tc.secret))
		if answer.status != tc.status || tc.member != "" && answer.json[tc.member] != tc.text {
			t.Errorf("%s: %d %s", tc.secret, answer.status, answer.body)
		}
		if tc.status == 204 && (answer.body != "" || !revoked(g, tc.secret)) {
			t.Errorf("%s: %q, revoked: %v", tc.secret, answer.body, revoked(g, tc.secret))
		}
	}
	if answer := ask(t, http.MethodGet, url+self, header("Authorization", "Bearer oauth")); answer.status != 400 {
		t.Errorf("an OAuth token asks after itself: %d", answer.status)
	}
	seen := g.Seen()
	if last := seen[len(seen)-2]; last.Endpoint != gitlabtest.Revoke || last.Method != http.MethodDelete {
		t.Errorf("%+v", last)
	}
}

func TestUser(t *testing.T) {
	t.Parallel()
	_, url := started(t,
		gitlabtest.Token{Secret: "api", Username: "jane", Scopes: []string{"api"}},
		gitlabtest.Token{Secret: "read_api", Username: "jane", Scopes: []string{"read_api"}},
		gitlabtest.Token{Secret: "read_user", Username: "jane", Scopes: []string{"x", "read_user"}},
		gitlabtest.Token{Secret: "narrow", Username: "jane", Scopes: []string{"read_registry", "self_rotate"}},
		gitlabtest.Token{Secret: "revoked", Scopes: []string{"api"}, Revoked: true},
		gitlabtest.Token{Secret: "deploy", Kind: gitlabtest.DeployToken},
	)
	for _, tc := range []struct {
		secret, member string
		status         int
		want           any
	}{
		{"api", "username", 200, "jane"},
		{"api", "id", 200, 7.0},
		{"read_api", "username", 200, "jane"},
		{"read_user", "username", 200, "jane"},
		{"narrow", "error", 403, "insufficient_scope"},
		{"narrow", "scope", 403, "read_user api read_api"},
		{"narrow", "error_description", 403, gitlabtest.InsufficientScope},
		{"revoked", "error", 401, "invalid_token"},
		{"deploy", "message", 401, gitlabtest.Unauthorized},
	} {
		answer := ask(t, http.MethodGet, url+user, header("PRIVATE-TOKEN", tc.secret))
		if answer.status != tc.status || answer.json[tc.member] != tc.want {
			t.Errorf("%s: %d %s", tc.secret, answer.status, answer.body)
		}
	}
}

func TestRowsHaveIDsAndDays(t *testing.T) {
	t.Parallel()
	_, url := started(t, gitlabtest.Token{Secret: "a"}, gitlabtest.Token{
		Secret: "b", CreatedAt: time.Date(2026, 2, 3, 4, 5, 6, 7e6, time.FixedZone("", 3600)),
	})
	for secret, want := range map[string][2]any{
		"a": {42.0, "2020-01-02T03:04:05.678Z"}, "b": {43.0, "2026-02-03T03:05:06.007Z"},
	} {
		answer := ask(t, http.MethodGet, url+self, header("PRIVATE-TOKEN", secret))
		if answer.json["id"] != want[0] || answer.json["created_at"] != want[1] {
			t.Errorf("%s: %s", secret, answer.body)
		}
	}
}

// TestSubjects: a registry token names the user, of whom a deploy token has none.
func TestSubjects(t *testing.T) {
	t.Parallel()
	_, url := started(t,
		gitlabtest.Token{Secret: "pat", Username: "jane", Scopes: []string{"api"}},
		gitlabtest.Token{Secret: "deploy", Kind: gitlabtest.DeployToken, Username: "x"},
		gitlabtest.Token{Secret: "oauth", Kind: gitlabtest.OAuthToken, Username: "jane", Scopes: []string{"api"}},
	)
	for _, tc := range []struct {
		secret, service string
		want            any
	}{
		{"pat", "container_registry", "jane"},
		{"oauth", "container_registry", "jane"},
		{"deploy", "container_registry", nil},
		{"pat", "dependency_proxy", nil},
	} {
		answer := ask(t, http.MethodGet, url+"/jwt/auth?service="+tc.service, basic("x", tc.secret))
		claims := jwt.MapClaims{}
		token, _ := answer.json["token"].(string)
		if _, _, err := jwt.NewParser().ParseUnverified(token, claims); err != nil || claims["sub"] != tc.want {
			t.Errorf("%s, %s: %v, sub %v", tc.secret, tc.service, err, claims["sub"])
		}
	}
}
