package keyring_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring/keyringtest"
)

func TestKernelKeepsTheContract(t *testing.T) {
	if blocked(t) {
		return
	}
	keyringtest.Contract{New: func(t *testing.T) keyring.Vault {
		t.Helper()
		v, _ := newKernel(t)
		return v
	}}.Test(t)
}

// A token that is kept in one login session is there in all sessions of that user, and in services.
func TestKernelFromAnotherSession(t *testing.T) {
	if dir := os.Getenv(otherSession); dir != "" {
		v := keyring.NewKernel(dir)
		if got, err := v.Get(t.Context(), "h"); err != nil || got.Reveal() != "glpat-x" {
			t.Errorf("Get = %q, %v", got.Reveal(), err)
		}
		for _, key := range []string{"h", "new"} {
			if err := v.Set(t.Context(), key, credentials.NewSecret("glpat-y")); err != nil {
				t.Error(err)
			}
		}
		return
	}
	if blocked(t) {
		return
	}
	v, dir := newKernel(t)
	if err := v.Set(t.Context(), "h", credentials.NewSecret("glpat-x")); err != nil {
		t.Fatal(err)
	}
	again := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKernelFromAnotherSession$")
	again.Env = append(os.Environ(), otherSession+"="+dir)
	if out, err := inAnotherSession(again); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	for _, key := range []string{"h", "new"} {
		if got, err := v.Get(t.Context(), key); err != nil || got.Reveal() != "glpat-y" {
			t.Errorf("%s: Get = %q, %v", key, got.Reveal(), err)
		}
	}
}

// otherSession is set for the process that is in another session, to the state directory.
const otherSession = "KEYRING_TEST_DIR"

// inAnotherSession runs cmd in a session of its own, as a new login or a service has. That is a thread's, and is handed
// down to a process which is started from it.
func inAnotherSession(cmd *exec.Cmd) (out []byte, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked: the thread ends with this goroutine
		if _, err = unix.KeyctlJoinSessionKeyring("gitlabjob-test"); err == nil {
			out, err = cmd.CombinedOutput()
		}
	}()
	<-done
	return out, err
}

// Whoever reads the kernel's keyring without the key file has nothing: root in a container can.
func TestKernelHoldsCiphertext(t *testing.T) {
	if blocked(t) {
		return
	}
	v, dir := newKernel(t)
	before := userKeys(t)
	if err := v.Set(t.Context(), "registry.example.com", credentials.NewSecret("glpat-x")); err != nil {
		t.Fatal(err)
	}
	found := 0
	for id, description := range userKeys(t) {
		if _, old := before[id]; old {
			continue
		}
		found++
		raw := make([]byte, 4096)
		n, err := unix.KeyctlBuffer(unix.KEYCTL_READ, id, raw, 0)
		if err != nil || strings.Contains(string(raw[:n]), "glpat") {
			t.Errorf("%s: %q, %v", description, raw[:n], err)
		}
	}
	if found != 1 {
		t.Errorf("%d keys are new", found)
	}
	if _, err := keyring.NewKernel(t.TempDir()).Get(t.Context(), "registry.example.com"); !errors.Is(err, keyring.ErrNoRecord) {
		t.Errorf("another state directory: %v", err)
	}
	path := filepath.Join(dir, "kernel.key")
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = errors.Join(os.Chmod(path, 0o600), os.WriteFile(path, whole, 0o600)) })
	for name, spoil := range map[string]func() error{
		"open to others": func() error { return os.Chmod(path, 0o640) },
		"damaged":        func() error { return errors.Join(os.Chmod(path, 0o600), os.Truncate(path, 5)) },
	} {
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		if _, err := v.Get(t.Context(), "registry.example.com"); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The kernel itself forgets a token that has expired.
func TestKernelForgets(t *testing.T) {
	if blocked(t) {
		return
	}
	v, _ := newKernel(t)
	expires := time.Now().Add(1500 * time.Millisecond).UTC().Format(time.RFC3339Nano)
	record := `{"v":1,"life":{"kind":"unknown","expiry":"known","expires_at":"` + expires + `"}}`
	if err := v.Set(t.Context(), "h", credentials.NewSecret(record)); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Get(t.Context(), "h"); err != nil {
		t.Errorf("before: %v", err)
	}
	time.Sleep(1700 * time.Millisecond)
	if got, err := v.Get(t.Context(), "h"); !errors.Is(err, keyring.ErrNoRecord) {
		t.Errorf("after: %q, %v", got.Reveal(), err)
	}
	// There is room for another then, whether the kernel has swept out the old one or not, and it lasts.
	if err := v.Set(t.Context(), "h", credentials.NewSecret("glpat-new")); err != nil {
		t.Fatal(err)
	}
	if got, err := v.Get(t.Context(), "h"); err != nil || got.Reveal() != "glpat-new" {
		t.Errorf("anew: %q, %v", got.Reveal(), err)
	}
}

// Nobody ever sees a key that has not got its rights and its timeout yet, of which a kill would leave one behind: it is
// another key that takes the old one's place, and not the old one with its timeout gone.
func TestKernelReplacesInOneStep(t *testing.T) {
	if blocked(t) {
		return
	}
	v, _ := newKernel(t)
	before := userKeys(t)
	var ids []int
	for _, record := range []string{"one", "two"} {
		if err := v.Set(t.Context(), "h", credentials.NewSecret(record)); err != nil {
			t.Fatal(err)
		}
		for id, description := range userKeys(t) {
			if _, old := before[id]; !old {
				ids = append(ids, id)
				if !strings.Contains(description, ";3f3f0000;") {
					t.Errorf("%s: %s", record, description)
				}
			}
		}
	}
	if len(ids) != 2 || ids[0] == ids[1] {
		t.Errorf("the keys were %v", ids)
	}
}

// A time that no timeout can express is far away, or over: never an error.
func TestKernelTakesAnyExpiry(t *testing.T) {
	if blocked(t) {
		return
	}
	v, _ := newKernel(t)
	for _, expires := range []string{"1970-01-01T00:00:00Z", "2106-02-07T06:28:16Z", "9999-12-31T23:59:59Z"} {
		record := `{"v":1,"life":{"kind":"unknown","expiry":"known","expires_at":"` + expires + `"}}`
		if err := v.Set(t.Context(), "h", credentials.NewSecret(record)); err != nil {
			t.Errorf("%s: %v", expires, err)
		}
		if got, err := v.Get(t.Context(), "h"); err != nil || got.Reveal() != record {
			t.Errorf("%s: %q, %v", expires, got.Reveal(), err)
		}
	}
}
