package e2e

import (
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// The registries whose one token is rotated.
const registryA, registryB = "registry.example.com", "registry.example.org"

// victim is a user whose rotation is killed, and a GitLab of its own.
type victim struct {
	gitlab     *gitlabtest.GitLab
	server     *httptest.Server
	open       atomic.Int32 // connections to it
	home       *kit.Home
	vault, dir string // dir: of the test vault
	pat        string
}

// newVictim has a token for two registries.
func newVictim(t *testing.T, vault string) *victim {
	t.Helper()
	gitlab, err := gitlabtest.New("gitlabtest-issuer")
	if err != nil {
		t.Fatal(err)
	}
	v := &victim{gitlab: gitlab, vault: vault, pat: "glpat-killed-" + canary}
	v.server = httptest.NewUnstartedServer(gitlab)
	v.server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		switch s {
		case http.StateNew:
			v.open.Add(1)
		case http.StateClosed:
			v.open.Add(-1)
		}
	}
	v.server.Start()
	t.Cleanup(v.server.Close)
	if v.home, err = kit.NewHome(filepath.Join(t.TempDir(), "home"), bin); err != nil {
		t.Fatal(err)
	}
	if v.dir, err = v.home.UseTestVault(); err != nil {
		t.Fatal(err)
	}
	v.home.Set("GITLABJOB_KEYRING", vault)
	v.login(t, v.pat)
	return v
}

// login keeps a new token for both.
func (v *victim) login(t *testing.T, secret string) {
	t.Helper()
	v.gitlab.Add(gitlabtest.Token{
		Secret: secret, Username: "alice", Name: "laptop", Scopes: []string{"read_registry", "write_registry", "self_rotate"},
		ExpiresAt: time.Now().AddDate(0, 3, 0).UTC().Format(time.DateOnly), CreatedAt: time.Now().AddDate(0, -3, 0),
	})
	for _, registry := range []string{registryA, registryB} {
		if r := v.run(t, secret, "login", "--token-stdin", "--quiet", "--gitlab", v.server.URL, registry); r.Code != 0 {
			t.Fatalf("login: %+v", r)
		}
	}
}

// forget takes away what outlives the home.
func (v *victim) forget(t *testing.T) {
	t.Helper()
	if r := v.run(t, "", "logout", "--all"); r.Code != 0 {
		t.Errorf("logout: %+v", r)
	}
}

func (v *victim) rotation(t *testing.T) *exec.Cmd {
	t.Helper()
	return v.home.Command(t.Context(), kit.Program, "rotate", "--quiet", registryA)
}

func (v *victim) run(t *testing.T, stdin string, words ...string) kit.Result {
	t.Helper()
	result, err := v.home.Run(t.Context(), stdin, kit.Program, words...)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// settle waits until nothing goes on any more of what a killed process has begun: a request at GitLab, a vault's program.
func (v *victim) settle(t *testing.T) {
	t.Helper()
	// Connections are accepted one after the other: behind this one, those that are open are all there are.
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Get(v.server.URL + "/v2/")
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	for start := time.Now(); v.open.Load() > 0 || v.vaultRuns(); time.Sleep(time.Millisecond) {
		if time.Since(start) > 10*time.Second {
			t.Fatal("what the killed process has begun does not end")
		}
	}
}

// vaultRuns reports whether a process of this home is there.
func (v *victim) vaultRuns() bool {
	environments, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, path := range environments {
		if data, err := os.ReadFile(path); err == nil && bytes.Contains(data, []byte("TESTVAULT_DIR="+v.dir)) {
			return true
		}
	}
	return false
}
