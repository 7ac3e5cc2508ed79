//go:build linux || netbsd || openbsd

package keyring

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/godbus/dbus/v5"
)

func TestPlatformCause(t *testing.T) {
	for name, want := range map[string]error{
		"org.freedesktop.Secret.Error.IsLocked":     ErrLocked,
		"org.freedesktop.Secret.Error.NoSuchObject": ErrNoCollection,
		"org.freedesktop.DBus.Error.UnknownMethod":  ErrNoCollection,
		"org.freedesktop.DBus.Error.ServiceUnknown": ErrNoService,
		"org.freedesktop.DBus.Error.NoReply":        ErrHung,
	} {
		if err := platformCause(dbus.Error{Name: name}); !errors.Is(err, want) {
			t.Errorf("%s becomes %v; want %v", name, err, want)
		}
	}
	text := errors.New("failed to unlock correct collection '/org/freedesktop/secrets/aliases/default'")
	if err := platformCause(text); !errors.Is(err, ErrLocked) {
		t.Errorf("%v becomes %v", text, err)
	}
	if err := platformCause(dbus.ErrClosed); !errors.Is(err, ErrNoBus) {
		t.Errorf("a closed connection becomes %v", err)
	}
}

// A bus is never started: a dbus-launch on PATH is not run, whatever the address says.
func TestProbeStartsNoBus(t *testing.T) {
	bin := t.TempDir()
	ran := filepath.Join(bin, "ran")
	script := "#!/bin/sh\necho >" + ran + "\n"
	if err := os.WriteFile(filepath.Join(bin, "dbus-launch"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin)
	for _, address := range []string{"unix:path=/nonexistent/bus", "autolaunch:scope=user", "nonsense", "unix:path=/nonexistent;autolaunch:"} {
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
		if err := probe(t.Context()); !errors.Is(err, ErrNoBus) {
			t.Errorf("%s: %v; want ErrNoBus", address, err)
		}
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("dbus-launch was run")
	}
}
