package system

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// On a server nobody has a session. A naive use of the Secret Service starts two daemons there at each call, and
// nothing ends them.
func TestHeadlessLeavesNoProcessBehind(t *testing.T) {
	if bus := fmt.Sprintf("/run/user/%d/bus", os.Getuid()); exists(bus) {
		t.Fatalf("this machine has a session bus for root, %s; run these tests where there is none", bus)
	}
	for name, c := range map[string]struct {
		times   int
		prepare func(*account, *testing.T)
		verb    string
		code    int
		says    string
	}{
		"get of an unknown host": {
			times: 100, verb: "get", code: 1, says: "credentials not found in native keychain",
		},
		"get of a job's host": {
			times: 100, verb: "get", says: `"Username":"gitlab-ci-token"`,
			prepare: (*account).startAnyJob,
		},
		"get of a host whose token is in the Secret Service": {
			times: 20, verb: "get", code: 1, says: "there is no D-Bus session bus",
			prepare: (*account).catalogue,
		},
		"erase of an unknown host": {times: 20, verb: "erase"},
		"erase of a host whose token is in the Secret Service": {
			times: 20, verb: "erase", code: 1, says: "there is no D-Bus session bus",
			prepare: (*account).catalogue,
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := newAccount(t)
			if c.prepare != nil {
				c.prepare(server, t)
			}
			for range c.times {
				if o := server.helper(t, c.verb, lab.registry); o.code != c.code || !strings.Contains(o.stdout, c.says) {
					t.Fatal(o)
				}
			}
			if left := server.leftBehind(t); len(left) > 0 {
				t.Errorf("%d processes are left behind", len(left)) // the account names them
			}
		})
	}
}

// What is looked for above is found where it is: dbus-launch, which a naive helper runs, works here and leaves daemons.
func TestHeadlessDaemonWouldBeSeen(t *testing.T) {
	server := newAccount(t)
	server.run(t, "", "dbus-launch").succeeds(t)
	left, err := marked(server.mark)
	if err != nil || len(left) == 0 {
		t.Errorf("marked = %v, %v", left, err)
	}
	for pid := range left {
		if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
			t.Error(err)
		}
	}
}

// catalogue gives the account a catalogue with a token in the Secret Service, as it has whose home is shared with a
// desktop.
func (a *account) catalogue(t *testing.T) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(a.CatalogPath()), 0o700); err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC()
	a.writeCatalog(t, catalog{Version: 1, Tokens: map[string]entry{lab.registry: {
		Username: "me", Vault: "os", ID: "made-by-the-test",
		Life: map[string]any{
			"kind": credentials.KindPersonal, "expiry": credentials.ExpiryNever, "stored_at": now, "verified_at": now,
		},
	}}})
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
