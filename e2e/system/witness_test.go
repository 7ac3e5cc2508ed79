package system

import (
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// witness sees every message on a session bus.
type witness struct {
	session  *session
	messages chan *dbus.Message
}

// watch has all messages of the bus shown from now on, until the bus ends. (godbus panics where a connection that
// eavesdrops is closed from this side while a message comes in.)
func (s *session) watch(t *testing.T) *witness {
	t.Helper()
	conn, err := dbus.Connect(s.address)
	if err != nil {
		t.Fatal(err)
	}
	const plenty = 10_000 // godbus drops what does not fit
	w := &witness{session: s, messages: make(chan *dbus.Message, plenty)}
	const become = "org.freedesktop.DBus.Monitoring.BecomeMonitor"
	if err := conn.BusObject().Call(become, 0, []string{}, uint32(0)).Err; err != nil {
		t.Fatal(err)
	}
	conn.Eavesdrop(w.messages)
	return w
}

// calls returns the method calls on the bus since the last time, by destination and method.
func (w *witness) calls(t *testing.T) (all []string) {
	t.Helper()
	const end = "e2e.end" // as a bus name that is asked for, it comes last
	go func() { _ = w.session.conn.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, end) }()
	for {
		select {
		case m := <-w.messages:
			if m.Type != dbus.TypeMethodCall {
				continue
			}
			if len(m.Body) == 1 && m.Body[0] == end {
				return all
			}
			to := text(m, dbus.FieldDestination)
			if m.Flags&dbus.FlagNoAutoStart != 0 {
				to += "(if it runs)"
			}
			all = append(all, to+" "+text(m, dbus.FieldInterface)+"."+text(m, dbus.FieldMember))
		case <-time.After(patience):
			t.Fatal("the bus does not answer")
		}
	}
}

func text(m *dbus.Message, field dbus.HeaderField) string {
	value, _ := m.Headers[field].Value().(string)
	return value
}
