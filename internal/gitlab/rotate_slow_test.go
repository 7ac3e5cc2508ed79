package gitlab

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// TestRotateTooSlow: patience ends while GitLab works, or while TLS is being negotiated, or it is at its end already.
func TestRotateTooSlow(t *testing.T) {
	t.Parallel()
	deaf := "https://" + listener(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
	for _, tc := range []struct {
		base  string
		after bool
	}{{"", false}, {"", true}, {deaf, false}} {
		w := rotating(t)
		w.gitlab.Fault(gitlabtest.Fault{Delay: 500 * time.Millisecond, After: tc.after})
		if tc.base != "" {
			w.base = tc.base
		}
		ctx, cancel := context.WithTimeout(t.Context(), 250*time.Millisecond)
		defer cancel()
		_, _, err := w.client.Rotate(ctx, w.question(w.base), may31)
		if tc.base == "" {
			wantUncertain(t, err, "deadline exceeded")
		} else {
			wantUnreachable(t, err, "deadline exceeded")
			wantCertain(t, err)
		}
		if _, replaced := w.gitlab.Heir(canary); replaced != tc.after || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("replaced: %v, %v", replaced, err)
		}
	}
	w := rotating(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := w.client.Rotate(ctx, w.question(w.base), may31)
	wantUnreachable(t, err, "context canceled")
	wantCertain(t, err)
}

// TestDeadlineOfChanges: each has ten seconds in all, the questions to the registry included.
func TestDeadlineOfChanges(t *testing.T) {
	t.Parallel()
	w := rotating(t)
	client, err := w.client.httpClient()
	if err != nil {
		t.Fatal(err)
	}
	for name, ask := range map[string]func(*Client, credentials.Question) error{
		"Self": func(c *Client, q credentials.Question) error { _, err := c.Self(t.Context(), q); return err },
		"Rotate": func(c *Client, q credentials.Question) error {
			_, _, err := c.Rotate(t.Context(), q, may31)
			return err
		},
		"Revoke": func(c *Client, q credentials.Question) error { return c.Revoke(t.Context(), q) },
		"Base": func(c *Client, q credentials.Question) error {
			_, err := c.Base(t.Context(), q.Host)
			_, _ = c.Self(t.Context(), w.question(w.base)) // a third request, with a deadline of its own
			return err
		},
	} {
		w.gitlab.Add(gitlabtest.Token{Secret: canary, Scopes: []string{"api"}})
		watch := &deadlines{next: http.DefaultTransport}
		before := time.Now()
		c := New(Options{})
		c.once.Do(func() { c.http = &http.Client{Transport: watch, CheckRedirect: client.CheckRedirect} })
		if err := ask(c, w.question("")); err != nil || len(watch.at) != 3 { // The registry is asked in https, then in http.
			t.Errorf("%s: %d requests, %v", name, len(watch.at), err)
		}
		for i, at := range watch.at {
			left := at.Sub(before)
			if left < 10*time.Second || left > 11*time.Second || name != "Base" && !at.Equal(watch.at[0]) {
				t.Errorf("%s, request %d: %v", name, i, left)
			}
		}
	}
}
