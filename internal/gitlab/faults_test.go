package gitlab

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

func TestGitLabOutOfReach(t *testing.T) {
	t.Parallel()
	for text, fault := range map[string]gitlabtest.Fault{
		"429 Too Many Requests":                 {Status: 429},
		"500 Internal Server Error":             {Status: 500},
		"502 Bad Gateway":                       {Status: 502},
		"503 Service Unavailable":               {Status: 503},
		"403 Forbidden without GitLab's reason": {Status: 403},
		`personal_access_tokens/self": `:        {Cut: true},
		"not understood":                        {Body: "<html>Please sign in</html>"},
		"is not a date":                         {Body: `{"active":true,"expires_at":"soon"}`},
		"answer is longer than 65536 bytes":     {Body: strings.Repeat(" ", 65<<10)},
	} {
		w := newWorld(t, &gitlabtest.Token{Scopes: []string{"api"}})
		w.gitlab.Fault(fault)
		_, err := w.inspect(t, "jane")
		wantUnreachable(t, err, text)
		if self, signIn := w.count(gitlabtest.Self), w.count(gitlabtest.SignIn); self != 1 || signIn > 1 {
			t.Errorf("%s: asked %d and %d times", text, self, signIn)
		}
	}
}

func TestAnswerAsLongAsCanBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &gitlabtest.Token{Scopes: []string{"api"}})
	const row = `{"active":true,"expires_at":null}`
	w.gitlab.Fault(gitlabtest.Fault{Endpoint: gitlabtest.Self, Body: row + strings.Repeat(" ", 64<<10-len(row))})
	if life, err := w.inspect(t, "jane"); err != nil || life.Expiry != credentials.ExpiryNever {
		t.Errorf("%+v, %v", life, err)
	}
}

// TestOneEndpointOutOfReach lets the other one decide.
func TestOneEndpointOutOfReach(t *testing.T) {
	t.Parallel()
	for _, fault := range []gitlabtest.Fault{{Status: 429}, {Status: 500}, {Status: 403}, {Cut: true}} {
		w := newWorld(t, &gitlabtest.Token{Scopes: []string{"api"}, ExpiresAt: "2026-05-31"})
		fault.Endpoint = gitlabtest.Self
		w.gitlab.Fault(fault)
		life, err := w.inspect(t, "jane")
		if err != nil || life.Expiry != credentials.ExpiryUnknown || !life.VerifiedAt.Equal(noon) {
			t.Errorf("%+v: %+v, %v", fault, life, err)
		}
		w.gitlab.Fault(gitlabtest.Fault{})
		fault.Endpoint = gitlabtest.SignIn
		w.gitlab.Fault(fault)
		life, err = w.inspect(t, "jane")
		if err != nil || !life.ExpiresAt.Equal(may31) || !life.VerifiedAt.Equal(noon) {
			t.Errorf("%+v: %+v, %v", fault, life, err)
		}
		if self, signIn := w.count(gitlabtest.Self), w.count(gitlabtest.SignIn); self != 2 || signIn != 3 {
			t.Errorf("%+v: asked %d and %d times for two questions, one of them with the proxy's", fault, self, signIn)
		}
	}
}

func TestSelfOutOfReachAndSignInRefuses(t *testing.T) {
	t.Parallel()
	for scope, why := range map[string]credentials.Refusal{
		"read_user": credentials.RefusedNoRight,
		"api":       credentials.RefusedUnknown,
	} {
		w := newWorld(t, &gitlabtest.Token{Scopes: []string{scope}, Blocked: scope == "api"})
		w.gitlab.Fault(gitlabtest.Fault{Endpoint: gitlabtest.Self, Status: 503})
		_, err := w.inspect(t, "jane")
		if r := refusedWith(t, err); r.Why != why {
			t.Errorf("%s: %#v", scope, r)
		}
	}
}

// TestRowNotUnderstood lets sign-in decide alone, and believes a row that the token was revoked all the same.
func TestRowNotUnderstood(t *testing.T) {
	t.Parallel()
	for _, row := range []string{`<html>`, `{"active":true}`, `{"active":true,"expires_at":"0001-01-01"}`} {
		w := newWorld(t, &gitlabtest.Token{Scopes: []string{"api"}})
		odd := gitlabtest.Fault{Endpoint: gitlabtest.Self, Body: row}
		w.gitlab.Fault(odd)
		life, err := w.inspect(t, "jane")
		if err != nil || life.Expiry != credentials.ExpiryUnknown || !life.ExpiresAt.IsZero() || !life.VerifiedAt.Equal(noon) {
			t.Errorf("%s: %+v, %v", row, life, err)
		}
		w.gitlab.Fault(gitlabtest.Fault{Endpoint: gitlabtest.SignIn, Status: 503})
		_, err = w.inspect(t, "jane")
		wantUnreachable(t, err, "/self: GitLab's answer is not understood")
		w.gitlab.Fault(gitlabtest.Fault{})
		w.gitlab.Fault(odd)
		w.gitlab.Change(canary, func(token *gitlabtest.Token) { token.Scopes = []string{"read_user"} })
		_, err = w.inspect(t, "jane")
		if r := refusedWith(t, err); r.Why != credentials.RefusedNoRight {
			t.Errorf("%s: %#v", row, r)
		}
		w.gitlab.Change(canary, func(token *gitlabtest.Token) { token.Blocked = true })
		_, err = w.inspect(t, "jane")
		if r := refusedWith(t, err); r.Why != credentials.RefusedUnknown {
			t.Errorf("%s: %#v", row, r)
		}
	}
	w := newWorld(t, &gitlabtest.Token{Scopes: []string{"api"}})
	w.gitlab.Fault(gitlabtest.Fault{Endpoint: gitlabtest.Self, Body: `{"revoked":true}`})
	_, err := w.inspect(t, "jane")
	if r := refusedWith(t, err); r.Why != credentials.RefusedRevoked || w.count(gitlabtest.SignIn) != 0 {
		t.Errorf("%#v", r)
	}
}

func TestSlowGitLab(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &gitlabtest.Token{Scopes: []string{"api"}})
	w.gitlab.Fault(gitlabtest.Fault{Delay: time.Minute})
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := w.client.Inspect(ctx, credentials.Question{Host: w.host, Username: "jane", Secret: credentials.NewSecret(canary)})
	wantUnreachable(t, err, "deadline exceeded")
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v does not tell the deadline", err)
	}
}

// TestEchoes has a GitLab that repeats the credential in every text it has. inspect looks for it in all that comes out.
func TestEchoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.gitlab.Fault(gitlabtest.Fault{Status: 401, Body: `{"message":"no ` + gitlabtest.Echo + ` here"}`})
	_, err := w.inspect(t, "jane")
	if r := refusedWith(t, err); r.Word != "no [redacted] here" {
		t.Errorf("%#v", r)
	}
	w.gitlab.Fault(gitlabtest.Fault{
		Status: 401, Endpoint: gitlabtest.Self,
		Body: `{"error":"invalid_token","error_description":"Token was revoked: ` + gitlabtest.Echo + `"}`,
	})
	_, err = w.inspect(t, "jane")
	if r := refusedWith(t, err); r.Word != "Token was revoked: [redacted]" || r.Why != credentials.RefusedRevoked {
		t.Errorf("%#v", r)
	}
	w.gitlab.Add(gitlabtest.Token{Secret: canary, Scopes: []string{"api"}})
	w.gitlab.Fault(gitlabtest.Fault{})
	for _, row := range []string{
		`{"active":true,"expires_at":null,"name":"{echo}","scopes":["{echo}"]}`,
		`{"active":true,"expires_at":"{echo}"}`,
		`{"active":"{echo}","expires_at":null}`,
		`{echo}`,
	} {
		w.gitlab.Fault(gitlabtest.Fault{Endpoint: gitlabtest.Self, Body: row})
		_, _ = w.inspect(t, "jane")
	}
}
