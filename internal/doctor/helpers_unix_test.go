//go:build unix

package doctor

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
)

// helperOnPath makes a helper that does this, and returns an environment that has it on the PATH.
func helperOnPath(t *testing.T, script string) []string {
	t.Helper()
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "docker-credential-x"), []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	return []string{"PATH=" + bin + ":/usr/bin:/bin", "DIR=" + bin}
}

// ownWords stand in the place of those that nobody knows.
const ownWords = "it fails: exit status 1, with words of its own; ask it by hand: echo " + registry + " | docker-credential-x get"

func TestAsker(t *testing.T) {
	for name, c := range map[string]struct {
		script string
		want   clients.HelperAnswer
	}{
		"it answers":       {`echo '{"Username":"me"}'`, clients.HelperAnswer{Outcome: clients.Found, Username: "me"}},
		"it has nothing":   {"echo '" + notFound + "'; exit 1", clients.HelperAnswer{Outcome: clients.NotFound}},
		"in known words":   {"echo 'x: pass not initialized: me'; exit 1", clients.HelperAnswer{Outcome: clients.Failed, Text: "it says: pass not initialized"}},
		"without a word":   {"exit 3", clients.HelperAnswer{Outcome: clients.Failed, Text: "it fails: exit status 3"}},
		"with a secret":    {`echo '{"Username":"bob","Secret":"hunter2"}'; exit 1`, clients.HelperAnswer{Outcome: clients.Failed, Text: ownWords}},
		"in our words":     {"echo 'gitlabjob: bob:hunter2'; exit 1", clients.HelperAnswer{Outcome: clients.Failed, Text: ownWords}},
		"it is no JSON":    {"echo hello", clients.HelperAnswer{Outcome: clients.Failed, Text: "its answer is no JSON"}},
		"it has no end":    {"exec yes", clients.HelperAnswer{Outcome: clients.Failed, Text: "it fails: it prints more than 1 MiB"}},
		"no end, and fast": {"head -c 2000000 /dev/zero; exit 1", clients.HelperAnswer{Outcome: clients.Failed, Text: "it fails: it prints more than 1 MiB"}},
	} {
		a := newAsker(t.Context(), helperOnPath(t, c.script))
		if got := a.Get("x", registry); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// A helper that was slow to fail is waited for once, whatever else it is asked; one that is quick is asked each time.
func TestAskerOfOneThatHangs(t *testing.T) {
	env := helperOnPath(t, `echo >>"$DIR/runs"; read -r host; case $host in slow*) sleep 2.2; echo it hangs; exit 1;; esac
echo '{"Username":"me"}'`)
	a := newAsker(t.Context(), env)
	began := time.Now()
	ofSlow := strings.Replace(ownWords, registry, "slow", 1)
	for _, host := range []string{"quick", "slow", "slow2", "quick2", "slow"} {
		got := a.Get("x", host)
		if host == "quick" && got.Outcome != clients.Found || host != "quick" && got.Text != ofSlow {
			t.Errorf("%s: %+v", host, got)
		}
	}
	if _, got := a.List("x"); got.Text != ofSlow {
		t.Errorf("list: %+v", got)
	}
	if took := time.Since(began); took > 4*time.Second {
		t.Errorf("it took %v", took)
	}
	runs, err := os.ReadFile(strings.TrimPrefix(env[1], "DIR=") + "/runs")
	if err != nil || len(runs) != 2 {
		t.Errorf("it was run %d times, %v", len(runs), err)
	}
}

// Where nothing of the environment differs, an answer is known already.
func TestAskerInAnEnvironment(t *testing.T) {
	a := newAsker(t.Context(), []string{"PATH=/a", "HOME=/b"})
	if same := a.in([]string{"PATH=/a", "HOME=/b"}); same != a {
		t.Error("another one for the same environment")
	}
	if other := a.in([]string{"PATH=/a"}); other == a || len(other.env) != 1 {
		t.Errorf("%q for another environment", other.env)
	}
}
