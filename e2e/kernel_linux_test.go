package e2e

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// stranger is a user other than root, who has the program and no keys.
type stranger struct {
	uid  int
	home *kit.Home
}

// newStranger returns nil where there can be none.
func newStranger(t *testing.T, uid int) *stranger {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Log("not tested: only root can act as a user without keys")
		return nil
	}
	if there, err := condition("kernel-keyring"); !there || err != nil {
		t.Logf("not tested: there is no kernel keyring to be had here, %v", err)
		return nil
	}
	dir, err := os.MkdirTemp("", "gitlabjob-stranger-") //nolint:usetesting // t.TempDir is in a directory of root's alone
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	program, err := os.ReadFile(filepath.Join(bin, kit.Program))
	if err != nil {
		t.Fatal(err)
	}
	home, err := kit.NewHome(filepath.Join(dir, "home"), dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		os.WriteFile(filepath.Join(dir, kit.Program), program, 0o755),
		os.Chmod(dir, 0o755), os.Chown(home.Dir, uid, uid),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return &stranger{uid: uid, home: home}
}

// command prepares a call of the program.
func (s *stranger) command(t *testing.T, verb string) *exec.Cmd {
	t.Helper()
	cmd := s.home.Command(t.Context(), kit.Program, verb)
	id := uint32(s.uid)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: id, Gid: id}}
	return cmd
}

func login(registry, secret string) string {
	return fmt.Sprintf(`{"ServerURL":%q,"Username":"alice","Secret":%q}`, registry, secret)
}

// Users other than root have 20,000 bytes for their keys, and get those of removed ones back only some time later. One
// login after the other fits in.
func TestManyLoginsInTheKernelsKeyring(t *testing.T) {
	s := newStranger(t, 54323)
	if s == nil {
		return
	}
	run := func(stdin, verb string) kit.Result {
		result, err := kit.Run(s.command(t, verb), stdin)
		if err != nil {
			t.Error(err)
		}
		return result
	}
	const registry, logins = "127.0.0.1:1", 10 // where nothing answers: it is kept unverified
	var all sync.WaitGroup
	for who := range 6 {
		all.Go(func() {
			for i := range logins {
				if r := run(login(registry, fmt.Sprintf("glpat-%d-%d-%s", who, i, canary)), "store"); r.Code != 0 {
					t.Errorf("login %d: %+v", i, r)
					return
				}
			}
		})
	}
	all.Wait()
	if r := run(registry, "erase"); r.Code != 0 {
		t.Errorf("erase: %+v", r)
	}
}

// session is how a process of a user comes about.
type session struct {
	name string
	join func() error         // what happens before, as root
	attr *syscall.SysProcAttr // nil: nothing but the user
}

// sessions are those that a user of a server has.
func (s *stranger) sessions() []session {
	login := func() error { return s.joinAsSystemd(true) }
	service := func() error { return s.joinAsSystemd(false) }
	mine := []syscall.SysProcIDMap{{HostID: s.uid, Size: 1}}
	return []session{
		{"a login, or a service with KeyringMode=shared", login, nil},
		{"a service", service, nil},
		{"a service with KeyringMode=inherit", func() error { return nil }, nil},
		{"su in root's login", joinNew, nil},
		{"a screen whose login is over", func() error {
			return errors.Join(login(), keyctl(unix.KEYCTL_REVOKE, unix.KEY_SPEC_SESSION_KEYRING, 0))
		}, nil},
		{"rootless podman in a service", service, &syscall.SysProcAttr{
			Cloneflags: syscall.CLONE_NEWUSER, UidMappings: mine, GidMappings: mine,
			Credential: &syscall.Credential{NoSetGroups: true}, // root, in there
		}},
	}
}

// Wherever a user logs in, the token is there in all his sessions and services.
func TestKernelsKeyringFromEverySession(t *testing.T) {
	s := newStranger(t, 54324)
	if s == nil {
		return
	}
	run := func(in session, verb, stdin string) (result kit.Result, tested bool) {
		cmd := s.command(t, verb)
		if in.attr != nil {
			cmd.SysProcAttr = in.attr
		}
		result, err := runAfter(in.join, cmd, stdin)
		if in.attr != nil && (errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC)) {
			t.Logf("%s: not tested: %v", in.name, err) // user namespaces may be forbidden
			return result, false
		}
		if err != nil {
			t.Error(err)
		}
		return result, true
	}
	for i, from := range s.sessions() {
		registry := fmt.Sprintf("127.0.0.1:%d", i+1) // a new one, since to replace a token takes less
		if r, tested := run(from, "store", login(registry, "glpat-"+canary)); !tested {
			continue
		} else if r.Code != 0 {
			t.Errorf("store in %s: %+v", from.name, r)
		}
		for _, to := range s.sessions() {
			r, tested := run(to, "get", registry)
			if tested && (r.Code != 0 || !strings.Contains(r.Stdout, "glpat-"+canary)) {
				t.Errorf("store in %s, get in %s: %+v", from.name, to.name, r)
			}
		}
		if r, _ := run(s.sessions()[1], "erase", registry); r.Code != 0 {
			t.Errorf("erase: %+v", r)
		}
	}
}

// runAfter runs cmd from a thread of its own, on which join has been called: a session is a thread's, and is handed down
// to a process which is started from it.
func runAfter(join func() error, cmd *exec.Cmd, stdin string) (result kit.Result, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked: the thread ends with this goroutine
		if err = join(); err == nil {
			result, err = kit.Run(cmd, stdin)
		}
	}()
	<-done
	return result, err
}

// joinAsSystemd does to this thread what systemd does before it starts the user's service, call by call (setup_keyring
// in its exec-invoke.c). The new session has no link to the user's keyring, unless it is shared (KeyringMode=), which
// is what a login has too (pam_keyinit).
func (s *stranger) joinAsSystemd(shared bool) error {
	if err := errors.Join(realID(unix.SYS_SETREGID, s.uid), realID(unix.SYS_SETREUID, s.uid), joinNew()); err != nil {
		return err
	}
	if shared {
		if err := keyctl(unix.KEYCTL_LINK, unix.KEY_SPEC_USER_KEYRING, unix.KEY_SPEC_SESSION_KEYRING); err != nil {
			return err
		}
	}
	if err := errors.Join(realID(unix.SYS_SETREUID, 0), realID(unix.SYS_SETREGID, 0)); err != nil {
		return err
	}
	id, err := unix.AddKey("user", "invocation_id", make([]byte, 16), unix.KEY_SPEC_SESSION_KEYRING)
	if err != nil {
		return err
	}
	return unix.KeyctlSetperm(id, 0x0b0b0000) // view, read and search, for possessor and user
}

// joinNew gives this thread a new session, which has no name.
func joinNew() error { return keyctl(unix.KEYCTL_JOIN_SESSION_KEYRING, 0, 0) }

func keyctl(command, first, second int) error {
	_, err := unix.KeyctlInt(command, first, second, 0, 0)
	return err
}

// realID changes the real user or group of this thread alone; package syscall would change it in all.
func realID(call uintptr, id int) error {
	if _, _, errno := syscall.RawSyscall(call, uintptr(id), ^uintptr(0), 0); errno != 0 {
		return errno
	}
	return nil
}
