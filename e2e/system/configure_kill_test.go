package system

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Of the system calls by which a file is read and replaced strace counts each for itself.
var (
	reading   = []string{"read", "close", "newfstatat"}
	replacing = []string{
		"openat", "write", "flock", "fchmod", "fchown", "fsync", "renameat2", "renameat", "linkat", "unlinkat",
	}
)

// A run that is killed, whatever it is at, leaves the old file or the new one, and the next one tidies up.
func TestConfigureIsKilledAtEachSystemCall(t *testing.T) {
	other := map[string]string{"registry.example.com": basic("me", "nobody's business here")}
	stale := maps.Clone(other)
	stale["https://"+lab.registry] = basic("gitlab-ci-token", lab.secret("glcbt-64_"))
	for name, c := range map[string]struct {
		before, after string
		puts          string // the system call that puts the new file in its place
		calls         []string
	}{
		"a file that changes": {
			dockerConfig(stale), dockerConfig(other, lab.registry), "renameat2", slices.Concat(reading, replacing),
		},
		"a file that is made": {"", helperConfig(), "linkat", replacing},
	} {
		t.Run(name, func(t *testing.T) {
			me := newAccount(t)
			me.Set("GOMAXPROCS", "1")
			seen := make(map[string]int)
			for _, call := range c.calls {
				// Two runs to their end are enough: what a thread of Go's does is not the same each time.
				const enough, most = 2, 60
				for n, ended := 1, 0; ended < enough; n++ {
					if n > most {
						t.Fatalf("it makes %s more than %d times", call, most)
					}
					if me.isKilledAt(t, call, n, c.before, c.after, seen) {
						seen[call], ended = n, 0
					} else {
						ended++
					}
				}
			}
			for _, must := range []string{"flock", "fsync", "unlinkat", c.puts, "old", "new", "leftovers"} {
				if seen[must] == 0 {
					t.Errorf("%s was not seen: %v", must, seen)
				}
			}
		})
	}
}

// isKilledAt runs `configure` until it makes a certain system call for the nth time, and reports whether it came so far.
// It counts in seen what was found afterwards.
func (a *account) isKilledAt(t *testing.T, call string, n int, before, after string, seen map[string]int) (killed bool) {
	t.Helper()
	dir := filepath.Dir(a.ConfigPath())
	a.configure(t, before)
	if before == "" {
		if err := os.Remove(a.ConfigPath()); err != nil {
			t.Fatal(err)
		}
	}
	o := a.run(t, "", "strace", "--follow-forks", "--output=/dev/null", "--trace="+call,
		fmt.Sprintf("--inject=%s:signal=SIGKILL:when=%d", call, n), lab.helper, "configure", lab.registry)
	if killed = o.code != 0; killed && o.code != -1 {
		t.Fatal(o)
	}
	at := fmt.Sprintf("killed at %s %d", call, n)
	data, err := os.ReadFile(a.ConfigPath())
	switch found := string(data); {
	case err != nil && (before != "" || !os.IsNotExist(err)):
		t.Fatalf("%s: %v", at, err)
	case found == after && killed:
		seen["new"]++
	case found == after:
	case found == before && killed:
		seen["old"]++
	default:
		t.Fatalf("%s: config.json is\n%s", at, found)
	}
	if len(namesIn(t, dir)) > 1 || err != nil && len(namesIn(t, dir)) > 0 {
		seen["leftovers"]++
	}
	a.run(t, "", lab.helper, "configure", lab.registry).succeeds(t)
	if a.config(t) != after || len(namesIn(t, dir)) > 1 {
		t.Fatalf("%s, and then run again: %q, and config.json is\n%s", at, namesIn(t, dir), a.config(t))
	}
	return killed
}
