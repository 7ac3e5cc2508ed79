//go:build linux

package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// nobodyHere is a registry that cannot be asked about a token, which is then kept unverified. Its name needs quotes.
const nobodyHere = "[::1]:1"

// calledWith returns the command lines of security that find, or remove, what is kept for host.
func calledWith(host string) (find, remove string) {
	const service = " -s docker-credential-gitlabjob "
	return "find-generic-password" + service + "-wa " + host, "delete-generic-password" + service + "-a " + host
}

// What the program asks of `security`, verb by verb. The token comes on standard input.
func TestKeychain(t *testing.T) {
	t.Parallel()
	m := newMac(t)
	const secret = "glpat-" + canary
	find, remove := calledWith(nobodyHere)
	for _, step := range []struct {
		name, verb, stdin string
		calls             []string
		code              int
		says              string
	}{
		{"get of nothing", "get", nobodyHere, nil, 1, "credentials not found"},
		{"store", "store", message(nobodyHere, secret), []string{find, "-i", find}, 0, ""},
		{"store again", "store", message(nobodyHere, secret+"2"), []string{find, find, "-i", find}, 0, ""},
		{"get", "get", nobodyHere, []string{find}, 0, `"Secret":"` + secret + `2"`},
		{"list", "list", "unused", nil, 0, `{"` + nobodyHere + `":"me"}`},
		{"erase", "erase", nobodyHere, []string{remove}, 0, ""},
		{"erase of nothing", "erase", nobodyHere, []string{remove}, 0, ""},
		{"get after all", "get", nobodyHere, nil, 1, "credentials not found"},
	} {
		r := m.verb(t, step.verb, step.stdin)
		if r.Code != step.code || !strings.Contains(r.Stdout, step.says) {
			t.Errorf("%s: %+v", step.name, r)
		}
		if calls := m.calls(t); !slices.Equal(calls, step.calls) {
			t.Errorf("%s calls security with %q; want %q", step.name, calls, step.calls)
		}
		if step.verb == "store" && !strings.Contains(m.record(t), secret) {
			t.Error("the item has not got the token")
		}
	}
	if _, err := os.Stat(filepath.Join(m.Dir, "Library", "Application Support", "docker-credential-gitlabjob", "catalog.json")); err != nil {
		t.Error(err)
	}
}

// The largest record that the program keeps fits into the line that `security -i` reads, and a larger one never gets
// there.
func TestKeychainAndTheLongestToken(t *testing.T) {
	t.Parallel()
	m := newMac(t)
	if r := m.store(t, canary); r.Code != 0 {
		t.Fatalf("%+v", r)
	}
	const varies = 20 // of the times in a record, zeros at the end are not written
	longest := keyring.MaxRecord - varies - len(m.record(t)) + len(canary)
	secret := canary + strings.Repeat("x", longest-len(canary))
	if r := m.store(t, secret); r.Code != 0 {
		t.Fatalf("a token of %d bytes: %+v", longest, r)
	}
	if got := len(m.record(t)); got < keyring.MaxRecord-2*varies {
		t.Errorf("the record has %d bytes, so nothing is shown", got)
	}
	if r := m.verb(t, "get", nobodyHere); !strings.Contains(r.Stdout, `"`+secret+`"`) {
		t.Errorf("get: %+v", r)
	}
	m.calls(t)
	r := m.store(t, secret+strings.Repeat("x", 2*varies))
	if r.Code == 0 || !strings.Contains(r.Stdout, "the record is larger than") || slices.Contains(m.calls(t), "-i") {
		t.Errorf("a token that is too long: %+v", r)
	}
}

// However the Keychain fails, it is said in one line, with what to do about it, and what is kept stays.
func TestKeychainFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		play       string // "": the item is taken away
		says, hint string
		verbs      []string
	}{
		"locked": {
			"locked", "the keyring is locked", "run: security unlock-keychain", []string{"get", "store", "erase"},
		},
		"denied": {"denied", "the keyring is locked", "run: security unlock-keychain", []string{"get"}},
		"canceled": {
			"canceled", "the keyring's prompt was dismissed", "run the same command again and answer the prompt",
			[]string{"get", "store", "erase"},
		},
		"lost": {"", `the vault "os" has lost it`, "run: docker-credential-gitlabjob login " + nobodyHere, []string{"get"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMac(t)
			if r := m.store(t, canary); r.Code != 0 {
				t.Fatalf("%+v", r)
			}
			before := m.record(t)
			if c.play == "" {
				if err := os.Remove(m.itemPath()); err != nil {
					t.Fatal(err)
				}
			}
			m.Set("FAKESECURITY_PLAY", c.play)
			for _, verb := range c.verbs {
				stdin := nobodyHere
				if verb == "store" {
					stdin = message(nobodyHere, canary+"2")
				}
				explained(t, m.verb(t, verb, stdin), c.says, c.hint)
			}
			if c.play != "" && m.record(t) != before {
				t.Error("the item is another one now")
			}
		})
	}
}

// A dialog that nobody answers is left alone after 3 s.
func TestKeychainHangs(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"get", "store", "erase"} {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			stdin, most := nobodyHere, 3500*time.Millisecond
			if verb == "store" { // for a host of which nothing is kept, so that it waits but once, and asks GitLab
				stdin, most = message("127.0.0.1:1", canary), most+time.Second
			}
			m := newMac(t)
			if r := m.store(t, canary); r.Code != 0 {
				t.Fatalf("%+v", r)
			}
			m.Set("FAKESECURITY_PLAY", "hang")
			start := time.Now()
			r := m.verb(t, verb, stdin)
			if took := time.Since(start); took > most {
				t.Errorf("it took %v", took)
			}
			explained(t, r, "the keyring did not answer within 3s", "see whether the keyring waits for an answer")
		})
	}
}

// explained fails the test unless a verb has failed, with its reason in one line on stdout and as an error with a hint
// on stderr.
func explained(t *testing.T, r kit.Result, says, hint string) {
	t.Helper()
	if r.Code != 1 || strings.Count(r.Stdout, "\n") != 1 || !strings.Contains(r.Stdout, says) ||
		!strings.HasPrefix(r.Stderr, "error: ") || !strings.Contains(r.Stderr, says) ||
		!strings.Contains(r.Stderr, "\nhint: "+hint) {
		t.Errorf("%q and %q are not shown: %+v", says, hint, r)
	}
}

// go-keyring on `security` keeps what every vault keeps.
func TestKeychainKeepsTheContract(t *testing.T) {
	t.Parallel()
	m := newMac(t)
	r, err := m.Run(t.Context(), "", "contract", "-test.v")
	if err != nil || r.Code != 0 || !strings.Contains(r.Stdout, "--- PASS: TestKeychainKeepsTheContract/") {
		t.Errorf("%v, %d\n%s%s", err, r.Code, r.Stdout, r.Stderr)
	}
}
