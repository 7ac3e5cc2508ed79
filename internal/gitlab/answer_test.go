package gitlab

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

const denied = `{"errors":[{"code":"DENIED","message":"access forbidden"}]}`

func TestReadHandshake(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		status  int
		body    string
		outcome outcome
		text    string // of the word, or of the error
	}{
		{200, `{"token":"a.b.c"}`, accepted, ""},
		{200, `{"token":"a.b.c","expires_in":300}`, accepted, ""},
		{200, `{"token":""}`, outOfReach, "200 OK with no registry token"},
		{200, `<html>Please sign in</html>`, outOfReach, "no registry token"},
		{200, ``, outOfReach, "no registry token"},
		{401, `{"errors":[{"code":"UNAUTHORIZED","message":"` + gitlabtest.AccessDenied + `"}]}`, refused,
			"HTTP Basic: Access denied. If a password"},
		{403, denied, forbidden, "access forbidden"},
		{403, `{"message":"access forbidden","status":"error","http_status":403}`, forbidden, "access forbidden"},
		{403, "Forbidden\n", outOfReach, "answers 403 Forbidden without GitLab's reason"},
		{403, "", outOfReach, "403 Forbidden"},
		{401, "<html>Proxy</html>", outOfReach, "401 Unauthorized without GitLab's reason"},
		{401, "{}", outOfReach, "401 Unauthorized"},
		{401, `{"errors":"no"}`, outOfReach, "401 Unauthorized"},
		{404, `{"errors":[{"code":"UNAVAILABLE","message":"registry not enabled"}]}`, outOfReach, "404 Not Found"},
		{429, "Retry later\n", outOfReach, "429 Too Many Requests"},
		{503, "", outOfReach, "503 Service Unavailable"},
		{299, `{"token":"a.b.c"}`, outOfReach, "answers 299"},
	} {
		got := readHandshake(reply{url: "https://g/jwt/auth?service=x", status: tc.status, body: []byte(tc.body)}, nil).answer
		text := got.word
		if got.err != nil {
			text = got.err.Error()
		}
		if got.outcome != tc.outcome || (got.err != nil) != (tc.outcome == outOfReach) || !strings.Contains(text, tc.text) {
			t.Errorf("%d %s: %d %q", tc.status, tc.body, got.outcome, text)
		}
	}
}

func TestReadSelf(t *testing.T) {
	t.Parallel()
	const oauth = `{"error":"invalid_token","error_description":"`
	for _, tc := range []struct {
		status  int
		body    string
		outcome outcome
		dead    credentials.Refusal
		word    string
	}{
		{200, `{"active":true,"expires_at":null}`, accepted, "", ""},
		{200, `{"active":true,"revoked":true,"expires_at":null}`, accepted, credentials.RefusedRevoked, ""},
		{200, `{"active":true,"expires_at":"never"}`, garbled, "", ""},
		{200, `{"active":true,"expires_at":"0001-01-01"}`, garbled, "", ""},
		{200, `{"active":7,"revoked":true}`, accepted, credentials.RefusedRevoked, ""},
		{200, `<html>`, garbled, "", ""},
		{401, oauth + gitlabtest.TokenExpired + `"}`, refused, credentials.RefusedExpired, gitlabtest.TokenExpired},
		{401, oauth + gitlabtest.TokenRevoked + `"}`, refused, credentials.RefusedRevoked, gitlabtest.TokenRevoked},
		{401, oauth + `Token is an impersonation token"}`, refused, "", "Token is an impersonation token"},
		{401, `{"message":"Token is expired"}`, refused, "", "Token is expired"},
		{401, `{"error":"other","error_description":"Token is expired"}`, refused, "", "Token is expired"},
		{401, `{"message":"401 Unauthorized"}`, refused, "", "401 Unauthorized"},
		{403, `{"message":"` + gitlabtest.AccountBlocked + `"}`, forbidden, "", gitlabtest.AccountBlocked},
		{403, `{"error":"insufficient_scope","scope":"api"}`, refused, "", "insufficient_scope"},
		{403, "Forbidden\n", outOfReach, "", ""},
		{404, `{"error":"404 Not Found"}`, refused, "", ""},
		{404, `<html>`, refused, "", ""},
		{400, `{"message":"400 Bad request"}`, outOfReach, "", ""},
		{429, "Retry later\n", outOfReach, "", ""},
		{502, "", outOfReach, "", ""},
	} {
		got := readSelf(reply{url: "https://g/self", status: tc.status, body: []byte(tc.body)}, noon, nil)
		if got.outcome != tc.outcome || got.dead != tc.dead || got.word != tc.word {
			t.Errorf("%d %s: %d, %q, %q", tc.status, tc.body, got.outcome, got.dead, got.word)
		}
		if (got.err != nil) != (tc.outcome == outOfReach || tc.outcome == garbled || tc.status == 404) {
			t.Errorf("%d %s: %v", tc.status, tc.body, got.err)
		}
	}
}

func TestUnexpectedTellsOfRedirects(t *testing.T) {
	t.Parallel()
	for location, want := range map[string]string{
		"https://evil.example/?token=" + canary: `https://g/x answers 302 Found, a redirect to "https://evil.example", ` +
			`which is not followed`,
		"https://" + canary + "/": `https://g/x answers 302 Found, a redirect to "https://[redacted]", ` +
			`which is not followed`,
		"/users/sign_in": "https://g/x answers 302 Found, a redirect to another page of its own, which is not followed",
		"%zz":            "https://g/x answers 302 Found, a redirect to another page of its own, which is not followed",
		"":               "https://g/x answers 302 Found",
	} {
		r := reply{url: "https://g/x?service=y", status: http.StatusFound, header: http.Header{"Location": {location}}}
		if got := r.unexpected(canary).Error(); got != want {
			t.Errorf("%s:\n got %s\nwant %s", location, got, want)
		}
	}
	for status, want := range map[int]bool{299: false, 300: true, 399: true, 400: false} {
		r := reply{status: status, header: http.Header{"Location": {"https://elsewhere.example/"}}}
		if got := r.redirect() != ""; got != want {
			t.Errorf("%d is a redirect: %v", status, got)
		}
	}
}
