//go:build unix

package editfile

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// fileCalls are the system calls at each of which a run is killed.
var fileCalls = []string{
	"openat", "read", "write", "close", "fstat", "newfstatat", "fchmod", "fchown", "fsync", "flock", "mkdirat", "linkat",
	"renameat", "renameat2", "unlinkat", "getdents64", "fgetxattr", "flistxattr", "fremovexattr",
}

// Whenever a run is killed, what is found is the old file or the new one, whole, and the next run cleans up.
func TestKilled(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	const times = 20_000 // words of 4 bytes
	old, changed := strings.Repeat("old ", times-1), strings.Repeat("new ", times)
	for name, old := range map[string]string{"file": old, "no file yet": ""} {
		t.Run(name, func(t *testing.T) {
			// killing runs one run that is killed, and reports what it has left; ended means that it was not.
			killing := func(kill func(path string) (ended bool)) (ended, isNew bool) {
				dir := t.TempDir()
				path := filepath.Join(dir, "a", "config.json")
				if old != "" {
					if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
						t.Fatal(err)
					}
					write(t, path, old)
				}
				ended = kill(path)
				left, err := os.ReadFile(path)
				isNew = string(left) == changed
				if old == "" && os.IsNotExist(err) {
					err = nil
				}
				if err != nil || !isNew && string(left) != old {
					t.Errorf("%d bytes are left, %v: neither the old file nor the new one", len(left), err)
				}
				edit(t, path, changed)
				has(t, path, changed)
				only(t, filepath.Dir(path), "config.json")
				return ended, isNew
			}
			command := func(path string, words ...string) *exec.Cmd {
				words = append(words, self)
				cmd := exec.CommandContext(t.Context(), words[0], words[1:]...)
				cmd.Env = append(os.Environ(), helperFile+"="+path, fmt.Sprint(helperTo, "=", times), "GOMAXPROCS=1")
				return cmd
			}
			oldLeft, newLeft := 0, 0
			var mu sync.Mutex
			count := func(ended, isNew bool) {
				mu.Lock()
				defer mu.Unlock()
				switch {
				case ended:
				case isNew:
					newLeft++
				default:
					oldLeft++
				}
			}
			if canTrace(t) {
				killedAtEveryCall(t, func(call string, nth int) bool {
					ended, isNew := killing(func(path string) bool { return tracedTo(t, command, path, call, nth) })
					count(ended, isNew)
					return ended
				})
				if oldLeft == 0 || newLeft == 0 {
					t.Errorf("killed, it has left %d old and %d new files; want some of both", oldLeft, newLeft)
				}
			} else {
				var whole time.Duration
				killing(func(path string) bool {
					start := time.Now()
					err := command(path).Run()
					whole = time.Since(start)
					return err == nil
				})
				for range 25 {
					count(killing(func(path string) bool { return killedSoon(t, command(path), whole) }))
				}
			}
			t.Logf("killed, it has left %d old and %d new files", oldLeft, newLeft)
		})
	}
}

// killedAtEveryCall calls kill for every call of every kind that a run makes.
func killedAtEveryCall(t *testing.T, kill func(call string, nth int) (ended bool)) {
	t.Helper()
	const most = 200
	var wg sync.WaitGroup
	for _, call := range fileCalls {
		wg.Go(func() {
			for nth := 1; !kill(call, nth); nth++ {
				if nth > most {
					t.Errorf("it does not end within %d times %s", most, call)
					return
				}
			}
		})
	}
	wg.Wait()
}

// tracedTo lets command run until it makes that call for the nth time.
func tracedTo(t *testing.T, command func(string, ...string) *exec.Cmd, path, call string, nth int) (ended bool) {
	t.Helper()
	inject := fmt.Sprintf("inject=%s:signal=SIGKILL:when=%d", call, nth)
	out, err := command(path, "strace", "-f", "-o", "/dev/null", "-e", "trace="+call, "-e", inject).CombinedOutput()
	if err == nil {
		return true
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Errorf("strace: %v: %s", err, out) // it ends as its program has ended
		return true
	}
	return false
}

// killedSoon kills cmd, which takes so long as a whole, at some moment.
func killedSoon(t *testing.T, cmd *exec.Cmd, whole time.Duration) (ended bool) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Error(err)
		return false
	}
	time.Sleep(rand.N(whole + whole/4))
	_ = cmd.Process.Kill()
	return cmd.Wait() == nil
}

// canTrace reports whether there is a strace that may trace and knows the calls; not every machine has all of them.
func canTrace(t *testing.T) bool {
	t.Helper()
	trace := "trace=" + strings.Join(fileCalls, ",")
	return exec.CommandContext(t.Context(), "strace", "-f", "-o", "/dev/null", "-e", trace, "true").Run() == nil
}
