package system

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// named is a system call that takes a file's path, in strace's account, and the path.
var named = regexp.MustCompile(`(\w+)\((?:AT_FDCWD, )?"([^"]*)"`)

// The job's token is decided by the environment alone: no file, no keyring, no network.
func TestJobTokenTouchesNothing(t *testing.T) {
	job := newAccount(t)
	job.startAnyJob(t)
	calls := traced(t, job, 0)
	if network := containing(calls, "socket(", "connect("); network != nil {
		t.Errorf("it uses the network:\n%s", strings.Join(network, "\n"))
	}
	if programs := containing(calls, "execve("); len(programs) != 1 {
		t.Errorf("it starts programs:\n%s", strings.Join(programs, "\n"))
	}
	for _, path := range paths(calls) {
		// Go's runtime looks at how much of the machine it may use before main begins.
		if !strings.HasPrefix(path, "/sys/") && !strings.HasPrefix(path, "/proc/self/") {
			t.Errorf("it looks at %s", path)
		}
	}

	t.Run("a kept token's catalogue and bus are seen", func(t *testing.T) {
		me := newAccount(t)
		me.catalogue(t)
		me.join(newSession(t))
		calls := traced(t, me, 1)
		if !slices.Contains(paths(calls), me.CatalogPath()) || containing(calls, "connect(") == nil {
			t.Errorf("strace shows neither or one only:\n%s", strings.Join(calls, "\n"))
		}
	})
}

// traced returns the system calls of a `get` by which a program reaches out, one a line.
func traced(t *testing.T, a *account, code int) []string {
	t.Helper()
	to := filepath.Join(fresh(t, a), "strace")
	o := a.run(t, lab.registry, "strace", "--follow-forks", "--output="+to,
		"--trace=%file,%network", lab.helper, "get")
	if o.code != code {
		t.Fatal(o)
	}
	data, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(data), "\n")
}

func containing(lines []string, texts ...string) []string {
	return slices.Collect(func(yield func(string) bool) {
		for _, line := range lines {
			if slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(line, text) }) && !yield(line) {
				return
			}
		}
	})
}

// paths returns the files that the calls are about, but for the program itself.
func paths(calls []string) []string {
	var all []string
	for _, call := range calls {
		if match := named.FindStringSubmatch(call); match != nil && match[1] != "execve" {
			all = append(all, match[2])
		}
	}
	return all
}
