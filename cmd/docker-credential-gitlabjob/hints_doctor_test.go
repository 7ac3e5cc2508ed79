package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// What a finding says to run can be run: whatever an error's hints are in prose, its command is none.
func TestCommandFor(t *testing.T) {
	host, err := credentials.ParseHost("registry.example.com")
	if err != nil {
		t.Fatal(err)
	}
	of := func(vault string, err error) error { return &keyring.VaultError{Vault: vault, Err: err} }
	catalog := func(err error) error { return &keyring.CatalogError{Path: "/x y/catalog.json", Err: err} }
	const unset, status = "unset GITLABJOB_KEYRING", "docker-credential-gitlabjob status"
	for _, c := range []struct {
		err          error
		want, chosen string // chosen: where it is of the vault that was chosen
	}{
		{nil, "", ""},
		{&keyring.LostError{Host: host}, "docker-credential-gitlabjob login registry.example.com", "docker-credential-gitlabjob login registry.example.com"},
		{&credentials.InterruptedError{Host: host}, "docker-credential-gitlabjob login registry.example.com", "docker-credential-gitlabjob login registry.example.com"},
		{&credentials.BadVariableError{Name: "GITLABJOB_KEYRING", Err: errors.New("x")}, unset, unset},
		{keyring.ErrNone, unset, unset},
		{catalog(keyring.ErrBusy), "docker-credential-gitlabjob status", "docker-credential-gitlabjob status"},
		{catalog(keyring.ErrNewer), "go install github.com/gitlabjob/docker-credential-gitlabjob/cmd/docker-credential-gitlabjob@latest", "go install github.com/gitlabjob/docker-credential-gitlabjob/cmd/docker-credential-gitlabjob@latest"},
		{catalog(keyring.ErrDamaged), "mv -i '/x y/catalog.json' '/x y/catalog.json.aside'", "mv -i '/x y/catalog.json' '/x y/catalog.json.aside'"},
		{catalog(fs.ErrPermission), `sudo chown "$(id -un)" '/x y/catalog.json'`, `sudo chown "$(id -un)" '/x y/catalog.json'`},
		{catalog(fs.ErrInvalid), "ls -la '/x y'", "ls -la '/x y'"},
		{keyring.ErrNoHome, `export HOME="$(getent passwd "$(id -u)" | cut -d: -f6)"`, `export HOME="$(getent passwd "$(id -u)" | cut -d: -f6)"`},
		{of("os", keyring.ErrNoBus), "export DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/$(id -u)/bus", unset},
		{of("os", keyring.ErrNoService), "gnome-keyring-daemon --unlock", unset},
		{of("os", keyring.ErrNoCollection), "gnome-keyring-daemon --unlock", "gnome-keyring-daemon --unlock"},
		{of("os", keyring.ErrHung), "docker-credential-gitlabjob status", "docker-credential-gitlabjob status"},
		{of("helper:pass", keyring.ErrLocked), "export GPG_TTY=$(tty); pass show ENTRY >/dev/null", "export GPG_TTY=$(tty); pass show ENTRY >/dev/null"},
		{of("helper:pass", keyring.ErrNoStore), "pass init GPG-ID", "pass init GPG-ID"},
		{of("helper:nope", keyring.ErrNoHelper), "", unset},
		{of("helper:pass", errors.New("something new")), "", status},
		{of("kernel", keyring.ErrBlocked), "", unset},
		{of("kernel", keyring.ErrQuota), "", status},
		{of("kernel", keyring.ErrUnsupported), "", unset},
		{of("x", keyring.ErrNoVault), "", unset},
		{of("helper:x", &keyring.HelperError{Program: "docker-credential-x"}), "", "docker-credential-x list"},
		{errors.New("something new"), "", status},
	} {
		if got := commandFor(c.err); got != c.want {
			t.Errorf("%v: %q, want %q", c.err, got, c.want)
		}
		if c.err == nil {
			continue
		}
		if got := commandFor(fmt.Errorf("wrapped: %w", c.err)); got != c.want {
			t.Errorf("wrapped %v: %q, want %q", c.err, got, c.want)
		}
		if got := chosenVaultFix(c.err, sessionParts{}); got != c.chosen {
			t.Errorf("%v, chosen: %q, want %q", c.err, got, c.chosen)
		}
		for _, prose := range []string{", or ", "run: ", "where "} {
			if strings.Contains(c.want+c.chosen, prose) {
				t.Errorf("%v: %q is no command", c.err, c.want)
			}
		}
	}
}

// A vault that is not in this session, and is on this machine, is come to: no token of somebody who has chosen it goes
// elsewhere.
func TestChosenVaultFixOfTheDesktop(t *testing.T) {
	const (
		unset, status = "unset GITLABJOB_KEYRING", "docker-credential-gitlabjob status"
		bus           = "export DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/$(id -u)/bus"
		unlock        = "gnome-keyring-daemon --unlock"
	)
	for _, c := range []struct {
		err  error
		here sessionParts
		want string
	}{
		{keyring.ErrNoBus, sessionParts{}, unset},
		{keyring.ErrNoBus, sessionParts{bus: true}, bus},
		{keyring.ErrNoBus, sessionParts{bus: true, gnome: true, service: true}, bus},
		{keyring.ErrNoBus, sessionParts{gnome: true, service: true}, status},
		{keyring.ErrNoService, sessionParts{bus: true}, unset},
		{keyring.ErrNoService, sessionParts{bus: true, gnome: true, service: true}, unlock},
		{keyring.ErrNoService, sessionParts{bus: true, service: true}, status},
		{keyring.ErrNoCollection, sessionParts{}, unlock},
		{keyring.ErrHung, sessionParts{}, status},
	} {
		if got := chosenVaultFix(&keyring.VaultError{Vault: "os", Err: c.err}, c.here); got != c.want {
			t.Errorf("%v, %+v: %q, want %q", c.err, c.here, got, c.want)
		}
	}
}

func TestSessionPartsOf(t *testing.T) {
	root := fstest.MapFS{
		"run/user/1000/bus": {}, "usr/share/dbus-1/services/org.freedesktop.secrets.service": {},
	}
	bin := t.TempDir()
	t.Setenv("PATH", bin)
	for _, c := range []struct {
		root fs.FS
		uid  int
		want sessionParts
	}{
		{root, 1000, sessionParts{bus: true, service: true}},
		{root, 1001, sessionParts{service: true}},
		{fstest.MapFS{}, 1000, sessionParts{}},
	} {
		if got := sessionPartsOf(c.root, c.uid); got != c.want {
			t.Errorf("of %d: %+v, want %+v", c.uid, got, c.want)
		}
	}
}
