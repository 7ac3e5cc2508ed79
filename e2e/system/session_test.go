package system

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"
)

// session is what logging in at a desktop gives: a D-Bus session bus, and a Secret Service on it.
type session struct {
	address string
	dir     string
	keyring *process // gnome-keyring; nil while none runs
	conn    *dbus.Conn
}

// newBus starts a session bus. It knows how to start a Secret Service, and has none until somebody makes it do so.
func newBus(t *testing.T) *session {
	t.Helper()
	dir := newDir(t, lab.dir)
	s := &session{address: "unix:path=" + filepath.Join(dir, "bus"), dir: dir}
	s.start(t, "", func() bool {
		conn, err := dbus.Connect(s.address)
		s.conn = conn
		return err == nil
	}, "dbus-daemon", "--session", "--nofork", "--nosyslog", "--address="+s.address)
	t.Cleanup(func() { _ = s.conn.Close() })
	return s
}

// newSession starts a session bus with a Secret Service whose one collection is unlocked.
func newSession(t *testing.T) *session {
	t.Helper()
	const password = "correct horse battery staple"
	s := newBus(t)
	s.keyring = s.start(t, password, func() bool {
		locked, err := s.locked()
		return err == nil && !locked
	}, "gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
	return s
}

// start starts a part of the session, and ends it with the test.
func (s *session) start(t *testing.T, stdin string, ready func() bool, name string, args ...string) *process {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = []string{
		"HOME=" + s.dir, "XDG_RUNTIME_DIR=" + s.dir, "PATH=" + os.Getenv("PATH"), "DBUS_SESSION_BUS_ADDRESS=" + s.address,
	}
	cmd.Stdin = strings.NewReader(stdin)
	p, err := startProcess(cmd, filepath.Join(s.dir, name+".log"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.stop(); err != nil {
			t.Error(err)
		}
	})
	if err := p.ready(t.Context(), ready); err != nil {
		t.Fatal(err)
	}
	return p
}

// join makes the account's programs find the session.
func (a *account) join(s *session) { a.Set("DBUS_SESSION_BUS_ADDRESS", s.address) }
