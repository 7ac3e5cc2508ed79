package gitlab

import (
	"slices"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// self asks w's GitLab about the canary, and fails the test when it comes out in anything said.
func (w *world) self(t *testing.T) (credentials.Finding, error) {
	t.Helper()
	q := w.question(w.base)
	found, err := w.client.Self(t.Context(), q)
	w.wantNoSecret(t, q, found, err)
	return found, err
}

func TestSelf(t *testing.T) {
	t.Parallel()
	created := time.Date(2026, 2, 3, 4, 5, 6, 7e6, time.UTC)
	w := newWorld(t, &gitlabtest.Token{
		Name: "laptop", Scopes: []string{"k8s_proxy"}, ExpiresAt: "2026-05-31", CreatedAt: created,
	})
	found, err := w.self(t)
	life := found.Life
	if err != nil || life.Name != "laptop" || !slices.Equal(life.Scopes, []string{"k8s_proxy"}) ||
		life.Kind != credentials.KindPersonal || !life.ExpiresAt.Equal(may31) || life.GitLab != w.base ||
		!life.VerifiedAt.Equal(noon) || !found.CreatedAt.Equal(created) || found.User != "" {
		t.Errorf("%+v, %v", found, err)
	}
	if seen := w.gitlab.Seen(); len(seen) != 1 || seen[0].Endpoint != gitlabtest.Self || !seen[0].Carried(canary) {
		t.Errorf("it is the only page that is asked, and without a right to the registry: %+v", seen)
	}
}

func TestSelfRefused(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		token *gitlabtest.Token
		why   credentials.Refusal
		word  string
	}{
		"expired":  {&gitlabtest.Token{ExpiresAt: "2026-03-01"}, credentials.RefusedExpired, gitlabtest.TokenExpired},
		"revoked":  {&gitlabtest.Token{Revoked: true}, credentials.RefusedRevoked, gitlabtest.TokenRevoked},
		"inactive": {&gitlabtest.Token{Inactive: true}, credentials.RefusedInactive, ""},
		"blocked":  {&gitlabtest.Token{Blocked: true}, credentials.RefusedBlocked, gitlabtest.AccountBlocked},
		"unknown":  {nil, credentials.RefusedUnknown, gitlabtest.Unauthorized},
	} {
		w := newWorld(t, tc.token)
		_, err := w.self(t)
		if r := refusedWith(t, err); r.Why != tc.why || r.Word != tc.word || r.Host != w.host || r.GitLab != w.base || !r.ByAPI {
			t.Errorf("%s: %#v", name, r)
		}
	}
}

// TestSelfOutOfReach: a page that is not there says nothing of the token. It must not be taken for dead.
func TestSelfOutOfReach(t *testing.T) {
	t.Parallel()
	for text, fault := range map[string]gitlabtest.Fault{
		"self answers 404 Not Found":            {Status: 404, Body: `{"error":"404 Not Found"}`},
		"answers 503 Service Unavailable":       {Status: 503},
		"answers 429 Too Many Requests":         {Status: 429},
		"403 Forbidden without GitLab's reason": {Status: 403},
		"EOF":                                   {Cut: true},
		"GitLab's answer is not understood":     {Body: "<html>{echo}</html>"},
		"answers 302 Found, a redirect":         {Redirect: "/"},
	} {
		w := newWorld(t, &gitlabtest.Token{Scopes: []string{"api"}})
		w.gitlab.Fault(fault)
		_, err := w.self(t)
		wantUnreachable(t, err, text)
		if len(w.gitlab.Seen()) != 1 {
			t.Errorf("%s: %+v", text, w.gitlab.Seen())
		}
	}
}
