package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// Fifty at once, who log in, rotate, get, look, list and log out, on one catalogue: nothing is lost or torn, and whoever
// gets a token gets one that was good when they asked.
func TestManyProcesses(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	const rounds = 5 // of ten processes
	var all sync.WaitGroup
	start := make(chan struct{})
	at := func(do func()) {
		all.Go(func() {
			<-start
			do()
		})
	}
	for round := range rounds {
		steady, own := c.steady[round%len(c.steady)], fmt.Sprintf("own%d.example.com", round)
		at(func() { c.rotates(t, steady) })
		at(func() { c.rotates(t, steady) })
		for range 3 {
			at(func() { c.gets(t, steady) })
		}
		at(func() { c.comesAndGoes(t, own) })
		at(func() { c.comesAndGoes(t, own+":5050") })
		at(func() { c.looks(t, "status") })
		at(func() { c.looks(t, "status", "--check", "--json") })
		at(func() { c.lists(t) })
	}
	close(start)
	all.Wait()
	if c.gitlab.FamilyRevoked() {
		t.Error("a dead token was sent to be replaced, and GitLab has revoked its heirs")
	}
	if busy := c.busy.Load(); busy > rounds {
		t.Errorf("%d times the answer was that another process is busy", busy)
	}
	c.left(t, rounds)
	c.isWhole(t)
}

// What a token was replaced by is what logout --revoke revokes, however the two come together.
func TestRevokeWhileOthersRotate(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	c.gitlab.Fault(gitlabtest.Fault{Endpoint: gitlabtest.Revoke, Delay: 200 * time.Millisecond}) // for them to overtake it
	var all sync.WaitGroup
	for _, host := range c.steady {
		for range 3 {
			all.Go(func() { c.run(t, "", 1, "rotate", "--quiet", host) })
		}
		all.Go(func() {
			r := c.run(t, "", 1, "logout", "--quiet", "--revoke", host)
			heir, alive := c.gitlab.Heir(c.pat(host))
			if kept := c.keeps(t, host); r.Code == 0 && (alive || kept) || r.Code != 0 && !kept {
				t.Errorf("%s: logout ended with %+v; kept: %v, alive: %v %s", host, r, kept, alive, heir)
			}
		})
	}
	all.Wait()
	if c.gitlab.FamilyRevoked() {
		t.Error("a dead token was sent to be replaced, and GitLab has revoked its heirs")
	}
	c.isWhole(t)
}

// isWhole checks that the catalogue can be read, and that every registry in it has its token.
func (c *crowd) isWhole(t *testing.T) {
	t.Helper()
	data, err := os.ReadFile(c.home.CatalogPath())
	if err != nil {
		t.Fatal(err)
	}
	var catalog struct {
		Tokens map[string]map[string]any `json:"tokens"`
	}
	if err := json.Unmarshal(data, &catalog); err != nil {
		t.Fatalf("the catalogue: %v\n%s", err, data)
	}
	for host, entry := range catalog.Tokens {
		if _, noted := entry["rotation"]; noted {
			t.Errorf("%s has the note of a rotation", host)
		}
		c.gets(t, host)
	}
	records, err := os.ReadDir(c.vault)
	if err != nil || len(records) != len(catalog.Tokens) {
		t.Errorf("%d records for %d entries, %v", len(records), len(catalog.Tokens), err)
	}
}

// keeps reports whether the catalogue has the host.
func (c *crowd) keeps(t *testing.T, host string) bool {
	t.Helper()
	data, err := os.ReadFile(c.home.CatalogPath())
	if err != nil {
		t.Error(err)
	}
	return strings.Contains(string(data), `"`+host+`"`)
}

// run runs the program, which ends with 0 or with what may be.
func (c *crowd) run(t *testing.T, stdin string, may int, words ...string) kit.Result {
	t.Helper()
	r, err := c.home.Run(t.Context(), stdin, kit.Program, words...)
	if err != nil || r.Code != 0 && r.Code != may {
		t.Errorf("%v: %v, %+v", words, err, r)
	}
	return r
}
