package gitlab

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// revoke asks w's GitLab to revoke the canary, and fails the test when it comes out in anything said.
func (w *world) revoke(t *testing.T) error {
	t.Helper()
	q := w.question(w.base)
	err := w.client.Revoke(t.Context(), q)
	w.wantNoSecret(t, q, credentials.Finding{}, err)
	if errors.As(err, new(*credentials.UncertainError)) {
		t.Errorf("%v: that is for a token that was replaced", err)
	}
	return err
}

// revoked reports whether the stand-in has the canary for dead.
func (w *world) revoked() (is bool) {
	w.gitlab.Change(canary, func(token *gitlabtest.Token) { is = token.Revoked })
	return is
}

func TestRevoke(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &gitlabtest.Token{Scopes: []string{"read_registry"}})
	for _, status := range []int{http.StatusNoContent, http.StatusUnauthorized} { // The second time it is dead already.
		if err := w.revoke(t); err != nil || !w.revoked() {
			t.Fatalf("%v, revoked %v", err, w.revoked())
		}
		seen := w.gitlab.Seen()
		if r := seen[len(seen)-1]; r.Endpoint != gitlabtest.Revoke || r.Header != gitlabtest.PrivateToken ||
			!r.Carried(canary) || r.Status != status {
			t.Errorf("%+v", r)
		}
	}
	if n := len(w.gitlab.Seen()); n != 2 {
		t.Errorf("%d requests", n)
	}
	w.gitlab.Add(gitlabtest.Token{Secret: canary})
	if err := w.client.Revoke(t.Context(), w.question("")); err != nil || !w.revoked() {
		t.Errorf("with no GitLab named: %v", err)
	}
}

func TestRevokeSendsNoBody(t *testing.T) {
	t.Parallel()
	w := rotating(t)
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodDelete || r.ContentLength != 0 || len(r.TransferEncoding) != 0 || r.Header.Get("Content-Type") != "" {
			t.Errorf("%s, %d bytes, %v", r.Method, r.ContentLength, r.Header)
		}
		rw.WriteHeader(http.StatusNoContent)
	}))
	defer server.Close()
	w.base = server.URL
	if err := w.revoke(t); err != nil {
		t.Error(err)
	}
}

func TestRevokeDeadToken(t *testing.T) {
	t.Parallel()
	for name, token := range map[string]gitlabtest.Token{
		"expired":             {ExpiresAt: "2026-03-01"},
		"revoked":             {Revoked: true},
		"revoked and expired": {Revoked: true, ExpiresAt: "2026-03-01"},
	} {
		if err := newWorld(t, &token).revoke(t); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRevokeRefused(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		token *gitlabtest.Token
		why   credentials.Refusal
		word  string
	}{
		"blocked":        {&gitlabtest.Token{Blocked: true}, credentials.RefusedBlocked, gitlabtest.AccountBlocked},
		"unknown":        {nil, credentials.RefusedUnknown, gitlabtest.Unauthorized},
		"a deploy token": {&gitlabtest.Token{Kind: gitlabtest.DeployToken}, credentials.RefusedUnknown, gitlabtest.Unauthorized},
	} {
		w := newWorld(t, tc.token)
		if r := refusedWith(t, w.revoke(t)); r.Why != tc.why || r.Word != tc.word || r.GitLab != w.base || r.Host != w.host {
			t.Errorf("%s: %#v", name, r)
		}
	}
	w := newWorld(t, &gitlabtest.Token{})
	w.gitlab.Fault(gitlabtest.Fault{Status: 400, Body: `{"message":"` + gitlabtest.NotPersonal + `"}`})
	if r := refusedWith(t, w.revoke(t)); r.Why != credentials.RefusedChange || r.Word != gitlabtest.NotPersonal {
		t.Errorf("%#v", r)
	}
}

// TestRevokeFaults: what is not certain can be asked again, so it is as if GitLab had not been asked. Only GitLab's own
// 204 is a yes: whoever believes in a proxy's login page forgets a token that is alive.
func TestRevokeFaults(t *testing.T) {
	t.Parallel()
	for text, fault := range map[string]gitlabtest.Fault{
		"answers 500 Internal Server Error": {Status: 500},
		"answers 503 Service Unavailable":   {Status: 503, After: true},
		"EOF":                               {Cut: true, After: true},
		"answers 429 Too Many Requests":     {Status: 429},
		"answers 404 Not Found":             {Status: 404, Body: `{"error":"404 Not Found"}`},
		"answers 405 Method Not Allowed":    {Status: 405, Body: "<html>"},
		"403 Forbidden without GitLab's":    {Status: 403},
		"/self answers 200 OK":              {Body: "<html>Please sign in, {echo}</html>"},
		"answers 202 Accepted":              {Status: 202, Body: "{}"},
		"a redirect to another page of its": {Redirect: "/users/sign_in"},
		"longer than 65536 bytes":           {Body: string(make([]byte, 65<<10)), After: true},
	} {
		w := newWorld(t, &gitlabtest.Token{})
		fault.Endpoint = gitlabtest.Revoke
		w.gitlab.Fault(fault)
		wantUnreachable(t, w.revoke(t), text)
		if w.count(gitlabtest.Revoke) != 1 || w.revoked() != fault.After {
			t.Errorf("%s: asked %d times, revoked %v", text, w.count(gitlabtest.Revoke), w.revoked())
		}
		w.gitlab.Fault(gitlabtest.Fault{})
		if err := w.revoke(t); err != nil || !w.revoked() {
			t.Errorf("%s, and then: %v", text, err)
		}
	}
}
