package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// crowd is a user of whom many processes are at work at once.
type crowd struct {
	gitlab *gitlabtest.GitLab
	url    string
	home   *kit.Home
	vault  string   // the test vault's directory
	steady []string // hosts that nobody logs out of
	busy   atomic.Int32
}

func newCrowd(t *testing.T) *crowd {
	t.Helper()
	gitlab, err := gitlabtest.New("gitlabtest-issuer")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gitlab)
	t.Cleanup(server.Close)
	c := &crowd{gitlab: gitlab, url: server.URL, steady: []string{"a.example.com", "b.example.com", "c.example.com"}}
	if c.home, err = kit.NewHome(filepath.Join(t.TempDir(), "home"), bin); err != nil {
		t.Fatal(err)
	}
	if c.vault, err = c.home.UseTestVault(); err != nil {
		t.Fatal(err)
	}
	for _, host := range c.steady {
		c.logsIn(t, host)
	}
	return c
}

// pat is the token that a host has at first.
func (c *crowd) pat(host string) string {
	return "glpat-" + strings.NewReplacer(".", "-", ":", "-").Replace(host) + "-" + canary
}

func (c *crowd) logsIn(t *testing.T, host string) {
	t.Helper()
	c.gitlab.Add(gitlabtest.Token{
		Secret: c.pat(host), Username: "alice", Scopes: []string{"read_registry", "self_rotate"},
		ExpiresAt: time.Now().AddDate(0, 3, 0).UTC().Format(time.DateOnly),
	})
	c.run(t, c.pat(host), 0, "login", "--token-stdin", "--quiet", "--gitlab", c.url, host)
}

// rotates may find that another process has just done it.
func (c *crowd) rotates(t *testing.T, host string) {
	t.Helper()
	if r := c.run(t, "", 0, "rotate", host); !strings.Contains(r.Stdout, host+": ") {
		t.Errorf("rotate %s: %+v", host, r)
	}
}

// generation is how many rotations came before the one that has made a secret, among all tokens.
var generation = regexp.MustCompile(`^(.*?)(?:-r([0-9]+))?$`)

// gets gets a token that was good when it was asked for, or that is newer.
func (c *crowd) gets(t *testing.T, host string) {
	t.Helper()
	first, _ := c.gitlab.Heir(c.pat(host)) // "": nobody has rotated it yet
	r := c.run(t, host, 1, "get")
	if strings.Contains(r.Stdout, "another process is busy with it") { // for longer than docker pull is to wait
		c.busy.Add(1)
		return
	}
	var got struct{ Secret string }
	if err := json.Unmarshal([]byte(r.Stdout), &got); err != nil {
		t.Errorf("get %s: %+v", host, r)
		return
	}
	then, now := generation.FindStringSubmatch(first), generation.FindStringSubmatch(got.Secret)
	before, _ := strconv.Atoi(then[2])
	if after, _ := strconv.Atoi(now[2]); now[1] != c.pat(host) || after < before {
		t.Errorf("get %s: %s; when it was asked for, %s was good", host, got.Secret, first)
	}
}

// comesAndGoes logs in to a host that is nobody else's, uses it, and logs out, in the end out of those with a port.
func (c *crowd) comesAndGoes(t *testing.T, host string) {
	t.Helper()
	c.logsIn(t, host)
	c.gets(t, host)
	c.rotates(t, host)
	c.gets(t, host)
	c.run(t, "", 0, "logout", "--quiet", host)
	if r := c.run(t, host, 1, "get"); r.Code == 0 || strings.TrimSpace(r.Stdout) != "credentials not found in native keychain" {
		t.Errorf("get %s after logout: %+v", host, r)
	}
	if !strings.Contains(host, ":") {
		c.logsIn(t, host)
	}
}

// looks at what is kept. Nothing is wrong with it at any time, though another process may be at work on it.
func (c *crowd) looks(t *testing.T, words ...string) {
	t.Helper()
	if r := c.run(t, "", 0, words...); !strings.Contains(r.Stdout, c.steady[0]) {
		t.Errorf("%v: %+v", words, r)
	}
}

// lists lists what is kept, but for what is being replaced right now.
func (c *crowd) lists(t *testing.T) {
	t.Helper()
	r := c.run(t, "", 0, "list")
	var got map[string]string
	if err := json.Unmarshal([]byte(r.Stdout), &got); err != nil {
		t.Errorf("list: %+v", r)
	}
	for host, user := range got {
		if user != "alice" {
			t.Errorf("list: %s is %s's", host, user)
		}
	}
}

// left checks what is kept in the end.
func (c *crowd) left(t *testing.T, rounds int) {
	t.Helper()
	want := slices.Clone(c.steady)
	for round := range rounds {
		want = append(want, fmt.Sprintf("own%d.example.com", round))
	}
	r := c.run(t, "", 0, "list")
	var got map[string]string
	if err := json.Unmarshal([]byte(r.Stdout), &got); err != nil {
		t.Errorf("list: %+v", r)
	}
	if hosts := slices.Sorted(maps.Keys(got)); !slices.Equal(hosts, want) {
		t.Errorf("kept in the end: %v; want %v", hosts, want)
	}
	for _, host := range c.steady {
		secret, rotated := c.gitlab.Heir(c.pat(host))
		if r := c.run(t, host, 0, "get"); !rotated || !strings.Contains(r.Stdout, `"`+secret+`"`) {
			t.Errorf("%s: %+v; want %s", host, r, secret)
		}
	}
}
