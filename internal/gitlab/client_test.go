package gitlab

import (
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

func TestTokenPage(t *testing.T) {
	t.Parallel()
	const want = "https://gitlab.example.com/x/-/user_settings/personal_access_tokens" +
		"?name=docker-credential-gitlabjob&scopes=read_registry,write_registry,self_rotate"
	if got := TokenPage("https://gitlab.example.com/x"); got != want {
		t.Errorf("%s", got)
	}
}

// TestNewIsFree: most runs of the program make a Client and never ask it.
//
//nolint:paralleltest // Allocations are counted for the whole process.
func TestNewIsFree(t *testing.T) {
	options := Options{UserAgent: "x", CAFile: "/does/not/exist"}
	var c *Client
	if n := testing.AllocsPerRun(100, func() { c = New(options) }); n > 1 {
		t.Errorf("%v allocations", n)
	}
	if c.http != nil {
		t.Error("there is an HTTP client already")
	}
}

func TestZeroOptions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &gitlabtest.Token{Scopes: []string{"api"}})
	before := time.Now()
	found, err := New(Options{}).Inspect(t.Context(), credentials.Question{Host: w.host, Username: "jane", Secret: credentials.NewSecret(canary)})
	life := found.Life
	if err != nil || life.VerifiedAt.Before(before) || life.VerifiedAt.Location() != time.UTC {
		t.Errorf("%+v, %v", life, err)
	}
	if seen := w.gitlab.Seen(); len(seen) == 0 || seen[0].UserAgent != "" {
		t.Errorf("%+v", seen)
	}
}
