package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

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
	const unset = "unset GITLABJOB_KEYRING"
	for _, c := range []struct {
		err          error
		want, chosen string // chosen: where it is of the vault that was chosen
	}{
		{nil, "", ""},
		{&keyring.LostError{Host: host}, "docker-credential-gitlabjob login registry.example.com", unset},
		{&credentials.InterruptedError{Host: host}, "docker-credential-gitlabjob login registry.example.com", unset},
		{&credentials.BadVariableError{Name: "GITLABJOB_KEYRING", Err: errors.New("x")}, unset, unset},
		{keyring.ErrNone, unset, unset},
		{catalog(keyring.ErrBusy), "docker-credential-gitlabjob status", unset},
		{catalog(keyring.ErrNewer), "go install github.com/gitlabjob/docker-credential-gitlabjob/cmd/docker-credential-gitlabjob@latest", unset},
		{catalog(keyring.ErrDamaged), "mv -i '/x y/catalog.json' '/x y/catalog.json.aside'", unset},
		{catalog(fs.ErrPermission), `sudo chown "$(id -un)" '/x y/catalog.json'`, unset},
		{catalog(fs.ErrInvalid), "ls -la '/x y'", unset},
		{keyring.ErrNoHome, `export HOME="$(getent passwd "$(id -u)" | cut -d: -f6)"`, unset},
		{of("os", keyring.ErrNoBus), "export DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/$(id -u)/bus", unset},
		{of("os", keyring.ErrNoService), "gnome-keyring-daemon --unlock", unset},
		{of("os", keyring.ErrNoCollection), "gnome-keyring-daemon --unlock", unset},
		{of("os", keyring.ErrHung), "docker-credential-gitlabjob status", unset},
		{of("helper:pass", keyring.ErrLocked), "export GPG_TTY=$(tty); pass show ENTRY >/dev/null", "export GPG_TTY=$(tty); pass show ENTRY >/dev/null"},
		{of("helper:pass", keyring.ErrNoStore), "pass init GPG-ID", "pass init GPG-ID"},
		{of("helper:nope", keyring.ErrNoHelper), "", unset},
		{of("helper:pass", errors.New("something new")), "", unset},
		{of("kernel", keyring.ErrBlocked), "", unset},
		{of("kernel", keyring.ErrQuota), "", unset},
		{of("x", keyring.ErrNoVault), "", unset},
		{errors.New("something new"), "", unset},
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
		if got := chosenVaultFix(c.err); got != c.chosen {
			t.Errorf("%v, chosen: %q, want %q", c.err, got, c.chosen)
		}
		for _, prose := range []string{", or ", "run: ", "where "} {
			if strings.Contains(c.want+c.chosen, prose) {
				t.Errorf("%v: %q is no command", c.err, c.want)
			}
		}
	}
}
