package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-systemd/v22/unit"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// The services that are shipped do what they say, with the command lines that they have: a token that expires within two
// weeks gets a successor, and one that is dead makes the check fail.
func TestShippedServices(t *testing.T) {
	world, err := kit.NewWorld()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = world.Close() })
	home, err := kit.NewHome(filepath.Join(t.TempDir(), "home"), bin)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := home.UseTestVault(); err != nil {
		t.Fatal(err)
	}
	const secret = "glpat-timer-" + canary
	world.GitLab.Add(gitlabtest.Token{
		Secret: secret, Name: "server", Username: "alice", Scopes: []string{"read_registry", "self_rotate"},
		ExpiresAt: time.Now().UTC().AddDate(0, 0, 10).Format(time.DateOnly),
	})
	run := func(stdin string, words ...string) kit.Result {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), words[0], words[1:]...)
		cmd.Env, cmd.Dir = home.Env(), home.Dir
		got, err := kit.Run(cmd, stdin)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := run(secret, "/usr/bin/env", kit.Program, "login", "--token-stdin", world.Registry); got.Code != 0 {
		t.Fatal(got.Stderr)
	}
	if got := run("", command(t, "rotate")...); got.Code != 0 || !strings.Contains(got.Stdout, "replaced by a new one") {
		t.Fatalf("rotate: %+v", got)
	}
	heir, rotated := world.GitLab.Heir(secret)
	if !rotated {
		t.Fatal("GitLab has given out no new token")
	}
	if got := run("", command(t, "rotate")...); got.Code != 0 || !strings.Contains(got.Stdout, "nothing to do") {
		t.Errorf("rotate, on the next day: %+v", got)
	}
	if got := run("", command(t, "check")...); got.Code != 0 {
		t.Errorf("check: %+v", got)
	}
	world.GitLab.Change(heir, func(t *gitlabtest.Token) { t.Revoked = true })
	if got := run("", command(t, "check")...); got.Code != 1 {
		t.Errorf("check of a revoked token: %+v", got)
	}
}

// command returns the command line of a shipped service.
func command(t *testing.T, service string) []string {
	t.Helper()
	file, err := os.Open("../packaging/systemd/docker-credential-gitlabjob-" + service + ".service")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	options, err := unit.DeserializeOptions(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range options {
		if o.Section == "Service" && o.Name == "ExecStart" {
			return strings.Fields(o.Value)
		}
	}
	t.Fatalf("the service %s starts nothing", service)
	return nil
}
