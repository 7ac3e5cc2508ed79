package gitlab

import (
	"errors"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

func contains(err error, text string) bool { return err != nil && strings.Contains(err.Error(), text) }

// TestRotateRefused: GitLab's own word, and nothing has changed.
func TestRotateRefused(t *testing.T) {
	t.Parallel()
	self := []string{"self_rotate"}
	for name, tc := range map[string]struct {
		token *gitlabtest.Token
		why   credentials.Refusal
		word  string
	}{
		"expired":        {&gitlabtest.Token{Scopes: self, ExpiresAt: "2026-03-01"}, credentials.RefusedExpired, gitlabtest.TokenExpired},
		"revoked":        {&gitlabtest.Token{Scopes: self, Revoked: true}, credentials.RefusedRevoked, gitlabtest.TokenRevoked},
		"blocked":        {&gitlabtest.Token{Scopes: self, Blocked: true}, credentials.RefusedBlocked, gitlabtest.AccountBlocked},
		"without scope":  {&gitlabtest.Token{Scopes: []string{"read_api"}}, credentials.RefusedScope, gitlabtest.InsufficientScope},
		"unknown":        {nil, credentials.RefusedUnknown, gitlabtest.Unauthorized},
		"a deploy token": {&gitlabtest.Token{Kind: gitlabtest.DeployToken}, credentials.RefusedUnknown, gitlabtest.Unauthorized},
	} {
		w := newWorld(t, tc.token)
		_, _, err := w.rotate(t)
		wantCertain(t, err)
		if r := refusedWith(t, err); r.Why != tc.why || r.Word != tc.word || r.Host != w.host || r.GitLab != w.base {
			t.Errorf("%s: %#v", name, r)
		}
		if _, has := w.gitlab.Heir(canary); has || w.count(gitlabtest.Rotate) != 1 || len(w.gitlab.Seen()) != 1 {
			t.Errorf("%s: heir %v, seen %+v", name, has, w.gitlab.Seen())
		}
	}
}

func TestRotateTooFar(t *testing.T) {
	t.Parallel()
	w := rotating(t)
	q := w.question(w.base)
	_, _, err := w.client.Rotate(t.Context(), q, noon.AddDate(1, 0, 1))
	if r := refusedWith(t, err); r.Why != credentials.RefusedChange || r.Word != gitlabtest.ExpiresTooLate+"2027-03-01" {
		t.Errorf("%#v", r)
	}
	if _, _, err := w.client.Rotate(t.Context(), q, noon.AddDate(1, 0, 0)); err != nil {
		t.Errorf("the last day that is allowed: %v", err)
	}
}

// TestRotateFaults: an error is uncertain exactly where GitLab may have replaced the token.
func TestRotateFaults(t *testing.T) {
	t.Parallel()
	type fault = gitlabtest.Fault
	for _, tc := range []struct {
		fault     fault
		uncertain bool
		text      string
	}{
		{fault{Status: 500}, true, "answers 500 Internal Server Error"},
		{fault{Status: 502}, true, "answers 502 Bad Gateway"},
		{fault{Status: 503, After: true}, true, "answers 503 Service Unavailable"},
		{fault{Status: 503, Body: `{"message":"{echo}"}`}, true, "answers 503"},
		{fault{Cut: true}, true, "EOF"},
		{fault{Cut: true, After: true}, true, "EOF"},
		{fault{Body: "<html>Please sign in</html>"}, true, "rotate answers 200 OK without a token"},
		{fault{Body: "<html>{echo}</html>", After: true}, true, "200 OK without a token"},
		{fault{Body: `{}`}, true, "200 OK without a token"},
		{fault{Body: `{"token":""}`}, true, "200 OK without a token"},
		{fault{Body: `{"token":null}`}, true, "200 OK without a token"},
		{fault{Body: `{"token":["` + heir + `"]}`, After: true}, true, "200 OK without a token"},
		{fault{Body: `{"token":"` + heir, After: true}, true, "200 OK without a token"},
		{fault{Body: strings.Repeat(" ", 65<<10), After: true}, true, "longer than 65536 bytes"},

		{fault{Status: 429}, false, "answers 429 Too Many Requests"},
		{fault{Status: 404, Body: `{"error":"404 Not Found"}`}, false, "rotate answers 404 Not Found"}, // before GitLab 16.10
		{fault{Status: 404, Body: `<html>`}, false, "answers 404 Not Found"},
		{fault{Status: 403}, false, "403 Forbidden without GitLab's reason: a proxy, or a ban of this address"},
		{fault{Status: 401, Body: `<html>`}, false, "401 Unauthorized without GitLab's reason"},
		{fault{Status: 400, Body: `<html>`}, false, "answers 400 Bad Request"},
		{fault{Status: 405, Body: `<html>`}, false, "answers 405 Method Not Allowed"}, // a proxy that lets through GET only
		{fault{Status: 422, Body: `{}`}, false, "answers 422 Unprocessable Entity"},
	} {
		w := rotating(t)
		tc.fault.Endpoint = gitlabtest.Rotate
		w.gitlab.Fault(tc.fault)
		_, _, err := w.rotate(t)
		if tc.uncertain {
			wantUncertain(t, err, tc.text)
		} else {
			wantCertain(t, err)
			wantUnreachable(t, err, tc.text)
		}
		if _, replaced := w.gitlab.Heir(canary); w.count(gitlabtest.Rotate) != 1 || replaced != tc.fault.After {
			t.Errorf("%+v: asked %d times, replaced: %v", tc.fault, w.count(gitlabtest.Rotate), replaced)
		}
	}
}

// TestRotateWords: what GitLab says is shown, and never the secret.
func TestRotateWords(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		status int
		body   string
		why    credentials.Refusal
		word   string
	}{
		{400, `{"error":"expires_at is invalid"}`, credentials.RefusedChange, "expires_at is invalid"},
		{400, `{"message":"no {echo} here"}`, credentials.RefusedChange, "no [redacted] here"},
		{422, `{"message":"no"}`, credentials.RefusedChange, "no"},
		{405, `{"message":"405 Method Not Allowed"}`, credentials.RefusedKind, gitlabtest.MethodNotAllowed},
		{403, `{"error":"insufficient_scope"}`, credentials.RefusedScope, "insufficient_scope"},
		{403, `{"message":"403 Forbidden - {echo}"}`, credentials.RefusedBlocked, "403 Forbidden - [redacted]"},
	} {
		w := rotating(t)
		w.gitlab.Fault(gitlabtest.Fault{Status: tc.status, Body: tc.body})
		_, _, err := w.rotate(t)
		wantCertain(t, err)
		if r := refusedWith(t, err); r.Why != tc.why || r.Word != tc.word {
			t.Errorf("%d %s: %#v", tc.status, tc.body, r)
		}
		if errors.As(err, new(*credentials.UnreachableError)) {
			t.Errorf("%v is both", err)
		}
	}
}
