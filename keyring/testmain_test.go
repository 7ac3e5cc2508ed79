package keyring_test

import (
	"os"
	"strings"
	"testing"
)

// TestMain keeps the tests away from the user's own session bus, home and variables.
func TestMain(m *testing.M) {
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		for _, prefix := range []string{"CI_", "GITLABJOB_", "DBUS_", "XDG_", "TESTVAULT_"} {
			if strings.HasPrefix(name, prefix) {
				_ = os.Unsetenv(name)
			}
		}
	}
	_ = os.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
	os.Exit(m.Run())
}
