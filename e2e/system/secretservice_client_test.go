package system

import (
	"syscall"
	"testing"

	"github.com/godbus/dbus/v5"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// The names of the Secret Service API draft 0.2 (specifications.freedesktop.org/secret-service).
const (
	secretsName         = "org.freedesktop.secrets"
	secretsPath         = dbus.ObjectPath("/org/freedesktop/secrets")
	defaultCollection   = dbus.ObjectPath("/org/freedesktop/secrets/aliases/default")
	serviceInterface    = "org.freedesktop.Secret.Service"
	collectionInterface = "org.freedesktop.Secret.Collection"
	itemInterface       = "org.freedesktop.Secret.Item"
	promptInterface     = "org.freedesktop.Secret.Prompt"
)

// running reports whether a Secret Service is on the bus. Asking does not start one.
func (s *session) running(t *testing.T) (is bool) {
	t.Helper()
	err := s.conn.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, secretsName).Store(&is)
	if err != nil {
		t.Fatal(err)
	}
	return is
}

// call calls a method of the Secret Service, and starts none.
func (s *session) call(path dbus.ObjectPath, method string, args ...any) *dbus.Call {
	return s.conn.Object(secretsName, path).Call(method, dbus.FlagNoAutoStart, args...)
}

// locked reports whether the collection is locked.
func (s *session) locked() (is bool, err error) {
	var value dbus.Variant
	const get = "org.freedesktop.DBus.Properties.Get"
	if err := s.call(defaultCollection, get, collectionInterface, "Locked").Store(&value); err != nil {
		return false, err
	}
	return is, value.Store(&is)
}

// items returns the helper's items, and says whether they are locked.
func (s *session) items(t *testing.T) (unlocked, locked []dbus.ObjectPath) {
	t.Helper()
	err := s.call(secretsPath, serviceInterface+".SearchItems", map[string]string{"service": kit.Program}).
		Store(&unlocked, &locked)
	if err != nil {
		t.Fatal(err)
	}
	return unlocked, locked
}

// secrets returns what the helper's items hold.
func (s *session) secrets(t *testing.T) []string {
	t.Helper()
	var nothing dbus.Variant
	var session dbus.ObjectPath
	err := s.call(secretsPath, serviceInterface+".OpenSession", "plain", dbus.MakeVariant("")).Store(&nothing, &session)
	if err != nil {
		t.Fatal(err)
	}
	items, _ := s.items(t)
	values := make([]string, 0, len(items))
	for _, item := range items {
		var secret struct {
			Session           dbus.ObjectPath
			Parameters, Value []byte
			ContentType       string
		}
		if err := s.call(item, itemInterface+".GetSecret", session).Store(&secret); err != nil {
			t.Fatal(err)
		}
		values = append(values, string(secret.Value))
	}
	return values
}

// lock locks the collection, as a screen saver may.
func (s *session) lock(t *testing.T) {
	t.Helper()
	var locked []dbus.ObjectPath
	var prompt dbus.ObjectPath
	err := s.call(secretsPath, serviceInterface+".Lock", []dbus.ObjectPath{defaultCollection}).Store(&locked, &prompt)
	if err != nil {
		t.Fatal(err)
	}
	if is, err := s.locked(); err != nil || !is {
		t.Fatalf("locked: %t, %v", is, err)
	}
}

// lose deletes the helper's items behind its back.
func (s *session) lose(t *testing.T) {
	t.Helper()
	items, _ := s.items(t)
	for _, item := range items {
		if err := s.call(item, itemInterface+".Delete").Err; err != nil {
			t.Fatal(err)
		}
	}
}

// activate has the bus start the Secret Service that it knows of, and ends that with the test.
func (s *session) activate(t *testing.T) {
	t.Helper()
	var started uint32
	err := s.conn.BusObject().Call("org.freedesktop.DBus.StartServiceByName", 0, secretsName, uint32(0)).Store(&started)
	if err != nil {
		t.Fatal(err)
	}
	var pid uint32
	err = s.conn.BusObject().Call("org.freedesktop.DBus.GetConnectionUnixProcessID", 0, secretsName).Store(&pid)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Kill(int(pid), syscall.SIGTERM); err != nil {
			t.Error(err)
		}
	})
}
