package gitlabtest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		fault  gitlabtest.Fault
		status int
		body   string
	}{
		{gitlabtest.Fault{Status: 429}, 429, "Retry later\n"},
		{gitlabtest.Fault{Status: 403}, 403, "Forbidden\n"},
		{gitlabtest.Fault{Status: 503, Endpoint: gitlabtest.Self}, 503, "<html><h1>503</h1>Service Unavailable</html>\n"},
		{gitlabtest.Fault{Status: 503, Endpoint: gitlabtest.SignIn}, 200, ""},
		{gitlabtest.Fault{Status: 401, Body: `{"message":"{echo}"}`}, 401, `{"message":"pat"}`},
		{gitlabtest.Fault{Body: "hello"}, 200, "hello"},
		{gitlabtest.Fault{Redirect: "https://evil.example/"}, 302, ""},
		{gitlabtest.Fault{}, 200, ""},
	} {
		g, url := started(t, gitlabtest.Token{Secret: "pat"})
		g.Fault(tc.fault)
		answer := ask(t, http.MethodGet, url+self, header("PRIVATE-TOKEN", "pat"))
		if answer.status != tc.status || tc.body != "" && answer.body != tc.body {
			t.Errorf("%+v: %d %q", tc.fault, answer.status, answer.body)
		}
		if answer.header.Get("Location") != tc.fault.Redirect {
			t.Errorf("%+v: redirect to %q", tc.fault, answer.header.Get("Location"))
		}
	}
}

func TestFaultsAddUpAndEnd(t *testing.T) {
	t.Parallel()
	g, url := started(t, gitlabtest.Token{Secret: "pat", Scopes: []string{"api"}})
	g.Fault(gitlabtest.Fault{Status: 503})
	g.Fault(gitlabtest.Fault{Endpoint: gitlabtest.SignIn, Status: 429})
	statuses := func() string {
		return fmt.Sprint(ask(t, http.MethodGet, url+self, header("PRIVATE-TOKEN", "pat")).status,
			ask(t, http.MethodGet, url+signIn, basic("x", "pat")).status)
	}
	if got := statuses(); got != "503 429" {
		t.Error(got)
	}
	g.Fault(gitlabtest.Fault{})
	if got := statuses(); got != "200 200" {
		t.Errorf("repaired: %s", got)
	}
}

// TestFaultAfter: the work is done, whatever becomes of the answer.
func TestFaultAfter(t *testing.T) {
	t.Parallel()
	for _, fault := range []gitlabtest.Fault{
		{Cut: true}, {Delay: time.Minute}, {Delay: time.Millisecond}, {Status: 502}, {Body: "no JSON"}, {},
	} {
		g, url := started(t, gitlabtest.Token{Secret: "pat", Scopes: []string{"api"}})
		fault.Endpoint, fault.After = gitlabtest.Rotate, true
		g.Fault(fault)
		ctx, cancel := context.WithCancel(t.Context())
		go func() { // A client that has no patience once the work is done.
			for _, has := g.Heir("pat"); !has && ctx.Err() == nil; _, has = g.Heir("pat") {
				time.Sleep(time.Millisecond)
			}
			if fault.Delay == time.Minute {
				cancel()
			}
		}()
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+rotate, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("PRIVATE-TOKEN", "pat")
		resp, err := new(http.Transport).RoundTrip(req)
		if lost := fault.Cut || fault.Delay == time.Minute; (err != nil) != lost {
			t.Errorf("%+v: %v", fault, err)
		}
		if err == nil {
			if want := max(fault.Status, 200); resp.StatusCode != want {
				t.Errorf("%+v: %d, want %d", fault, resp.StatusCode, want)
			}
			_ = resp.Body.Close()
		}
		cancel()
		if heir, has := g.Heir("pat"); !has || heir != "pat-r1" {
			t.Errorf("%+v: the heir is %q", fault, heir)
		}
	}
}

func TestFaultsStrikeEachEndpoint(t *testing.T) {
	t.Parallel()
	g, url := started(t, gitlabtest.Token{Secret: "pat", Scopes: []string{"api"}})
	g.Fault(gitlabtest.Fault{Endpoint: gitlabtest.Rotate, Status: 502})
	g.Fault(gitlabtest.Fault{Endpoint: gitlabtest.Revoke, Status: 503})
	g.Fault(gitlabtest.Fault{Endpoint: gitlabtest.User, Status: 429})
	pat := header("PRIVATE-TOKEN", "pat")
	got := fmt.Sprint(ask(t, http.MethodPost, url+rotate, pat).status, ask(t, http.MethodDelete, url+self, pat).status,
		ask(t, http.MethodGet, url+user, pat).status, ask(t, http.MethodGet, url+self, pat).status)
	if got != "502 503 429 200" {
		t.Error(got)
	}
	if _, has := g.Heir("pat"); has {
		t.Error("a fault that is not for after the work let it be done")
	}
}

func TestCutAndSlow(t *testing.T) {
	t.Parallel()
	g, url := started(t)
	g.Fault(gitlabtest.Fault{Endpoint: gitlabtest.Self, Cut: true})
	g.Fault(gitlabtest.Fault{Endpoint: gitlabtest.SignIn, Delay: time.Minute})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	for _, path := range []string{self, signIn} {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := new(http.Transport).RoundTrip(req)
		if err == nil {
			_ = resp.Body.Close()
			t.Errorf("%s: %s", path, resp.Status)
		}
		if late := errors.Is(err, context.DeadlineExceeded); late != (path == signIn) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if seen := g.Seen(); len(seen) == 0 || seen[0].Status != 0 || seen[0].Endpoint != gitlabtest.Self {
		t.Errorf("seen: %v", seen)
	}
}
