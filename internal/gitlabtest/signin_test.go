package gitlabtest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

const signIn = "/jwt/auth?service=container_registry"

func TestSignIn(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	jobJWT := gitlabtest.JobJWT(now, time.Hour)
	deadJWT := gitlabtest.JobJWT(now.Add(-2*time.Hour), time.Hour)
	g, url := started(t,
		gitlabtest.Token{Secret: "pat", Scopes: []string{"read_registry"}, ExpiresAt: "2026-03-02"},
		gitlabtest.Token{Secret: "write", Scopes: []string{"write_registry"}},
		gitlabtest.Token{Secret: "read-api", Scopes: []string{"read_api"}},
		gitlabtest.Token{Secret: "none", Scopes: []string{"read_user", "k8s_proxy"}},
		gitlabtest.Token{Secret: "today", Scopes: []string{"api"}, ExpiresAt: "2026-03-01"},
		gitlabtest.Token{Secret: "revoked", Scopes: []string{"api"}, Revoked: true},
		gitlabtest.Token{Secret: "blocked", Scopes: []string{"api"}, Blocked: true},
		gitlabtest.Token{Secret: "inactive", Scopes: []string{"api"}, Inactive: true},
		gitlabtest.Token{Secret: "deploy", Kind: gitlabtest.DeployToken, Username: "gitlab+deploy-token-1"},
		gitlabtest.Token{Secret: "job", Kind: gitlabtest.JobToken},
		gitlabtest.Token{Secret: "over", Kind: gitlabtest.JobToken, JobOver: true},
		gitlabtest.Token{Secret: jobJWT, Kind: gitlabtest.JobToken},
		gitlabtest.Token{Secret: deadJWT, Kind: gitlabtest.JobToken},
		gitlabtest.Token{Secret: "password", Kind: gitlabtest.Password, Username: "jane"},
	)
	g.SetNow(func() time.Time { return now })
	for _, tc := range []struct {
		username, secret string
		want             int
	}{
		{"anything", "pat", 200},
		{"gitlab-ci-token", "pat", 200},
		{"x", "write", 200},
		{"x", "read-api", 200},
		{"x", "none", 403},
		{"x", "today", 401},
		{"x", "revoked", 401},
		{"x", "blocked", 401},
		{"x", "inactive", 401},
		{"x", "unheard-of", 401},
		{"gitlab+deploy-token-1", "deploy", 200},
		{"gitlab+deploy-token-2", "deploy", 401},
		{"gitlab-ci-token", "job", 200},
		{"jane", "job", 401},
		{"gitlab-ci-token", "over", 401},
		{"gitlab-ci-token", jobJWT, 200},
		{"gitlab-ci-token", deadJWT, 401},
		{"jane", "password", 200},
		{"john", "password", 401},
	} {
		answer := ask(t, http.MethodGet, url+signIn, basic(tc.username, tc.secret))
		if answer.status != tc.want {
			t.Errorf("%s, %s: status %d, want %d", tc.username, tc.secret, answer.status, tc.want)
		}
		if _, has := answer.json["token"].(string); has != (tc.want == 200) {
			t.Errorf("%s, %s: a token: %v, with the status %d", tc.username, tc.secret, has, answer.status)
		}
	}
}

func TestSignInTexts(t *testing.T) {
	t.Parallel()
	g, url := started(t, gitlabtest.Token{Secret: "none", Scopes: []string{"read_user"}})
	help := url + "/help/user/profile/account/two_factor_authentication_troubleshooting.md" +
		"#error-http-basic-access-denied-if-a-password-was-provided-for-git-authentication-"
	expect := func(what string, answer got, status int, message string) {
		t.Helper()
		if answer.status != status || answer.message() != message {
			t.Errorf("%s: %d %q, want %d %q", what, answer.status, answer.message(), status, message)
		}
	}
	expect("unknown", ask(t, http.MethodGet, url+signIn, basic("x", "y")), 401, gitlabtest.AccessDenied+help)
	expect("no right", ask(t, http.MethodGet, url+signIn, basic("x", "none")), 403, gitlabtest.AccessForbidden)
	expect("nobody", ask(t, http.MethodGet, url+signIn), 403, gitlabtest.AccessForbidden)
	expect("nobody, with a scope", ask(t, http.MethodGet, url+signIn+"&scope=repository:a/b:pull"), 403,
		gitlabtest.AccessForbidden)
	g.Fault(gitlabtest.Fault{Endpoint: gitlabtest.SignIn, OldMessage: true})
	old := ask(t, http.MethodGet, url+signIn, basic("x", "y"))
	if old.status != 401 || !strings.Contains(old.message(), "your account has 2FA enabled") {
		t.Errorf("the old text: %d %q", old.status, old.message())
	}
	if answer := ask(t, http.MethodPost, url+signIn, basic("x", "none")); answer.status != 404 {
		t.Errorf("POST: %d", answer.status)
	}
	if answer := ask(t, http.MethodGet, url+"/jwt/auth?service=other"); answer.status != 404 {
		t.Errorf("an unknown service: %d", answer.status)
	}
}

func TestDependencyProxySignInWantsBothRights(t *testing.T) {
	t.Parallel()
	_, url := started(t,
		gitlabtest.Token{Secret: "both", Scopes: []string{"read_registry", "write_registry"}},
		gitlabtest.Token{Secret: "api", Scopes: []string{"api"}},
		gitlabtest.Token{Secret: "read", Scopes: []string{"read_registry"}},
	)
	for secret, want := range map[string]int{"both": 200, "api": 200, "read": 403, "unknown": 401} {
		answer := ask(t, http.MethodGet, url+"/jwt/auth?service=dependency_proxy", basic("x", secret))
		if answer.status != want {
			t.Errorf("%s: %d, want %d", secret, answer.status, want)
		}
		if want == 403 && answer.json["message"] != gitlabtest.AccessForbidden {
			t.Errorf("%s: %s", secret, answer.body)
		}
	}
	if answer := ask(t, http.MethodGet, url+"/jwt/auth?service=dependency_proxy"); answer.status != 403 {
		t.Errorf("nobody: %d", answer.status)
	}
}

func TestWithoutDependencyProxy(t *testing.T) {
	t.Parallel()
	g, url := started(t, gitlabtest.Token{Secret: "api", Scopes: []string{"api"}}, gitlabtest.Token{Secret: "none"})
	const path = "/jwt/auth?service=dependency_proxy"
	g.SetDependencyProxy(false)
	const no = `{"http_status":404,"message":"dependency proxy not enabled","status":"error"}` + "\n"
	for _, secret := range []string{"api", "none"} {
		if answer := ask(t, http.MethodGet, url+path, basic("x", secret)); answer.status != 404 || answer.body != no {
			t.Errorf("%s: %d %s", secret, answer.status, answer.body)
		}
	}
	if answer := ask(t, http.MethodGet, url+path); answer.status != 404 {
		t.Errorf("nobody: %d", answer.status)
	}
	if answer := ask(t, http.MethodGet, url+path, basic("x", "unknown")); answer.status != 401 {
		t.Errorf("an unknown token: %d", answer.status)
	}
	if answer := ask(t, http.MethodGet, url+signIn, basic("x", "api")); answer.status != 200 {
		t.Errorf("the registry: %d", answer.status)
	}
	g.SetDependencyProxy(true)
	if answer := ask(t, http.MethodGet, url+path, basic("x", "api")); answer.status != 200 {
		t.Errorf("switched on again: %d", answer.status)
	}
}
