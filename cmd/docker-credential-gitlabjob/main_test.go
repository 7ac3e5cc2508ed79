package main

import (
	"os"
	"testing"
)

// TestMain keeps the tests away from the session bus of whoever runs them.
func TestMain(m *testing.M) {
	_ = os.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
	os.Exit(m.Run())
}
