package main

import (
	"errors"
	"io/fs"
	"os/exec"
	"strconv"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// sessionParts is what there is on this machine of a desktop's keyring, whatever this process's environment says.
type sessionParts struct {
	bus     bool // the user's session bus
	service bool // something that is a Secret Service
	gnome   bool // which is GNOME's
}

// sessionPartsOf looks for them among the machine's files, and for GNOME's on the PATH.
func sessionPartsOf(root fs.FS, uid int) sessionParts {
	exists := func(path string) bool {
		_, err := fs.Stat(root, path)
		return err == nil
	}
	_, err := exec.LookPath("gnome-keyring-daemon")
	return sessionParts{
		bus:     exists("run/user/" + strconv.Itoa(uid) + "/bus"),
		service: err == nil || exists("usr/share/dbus-1/services/org.freedesktop.secrets.service"),
		gnome:   err == nil,
	}
}

// anotherVault is the command after which tokens go to whichever vault there is.
const anotherVault = "unset GITLABJOB_KEYRING"

// chosenVaultFix returns the command that mends the vault that was chosen for new tokens: what unlocks it, or shows
// what is wrong with it; the way to another one only where there can be no such vault on this machine.
func chosenVaultFix(err error, here sessionParts) string {
	noBus, noService := errors.Is(err, keyring.ErrNoBus), errors.Is(err, keyring.ErrNoService)
	switch {
	case err == nil:
		return ""
	case noBus && here.bus, noService && here.gnome:
		return vaultFix(err)
	case (noBus || noService) && here.service:
		return program + " status"
	case noBus, noService, errors.Is(err, keyring.ErrNoHelper), errors.Is(err, keyring.ErrNoVault),
		errors.Is(err, keyring.ErrBlocked), errors.Is(err, keyring.ErrUnsupported),
		errors.As(err, new(*credentials.BadVariableError)):
		return anotherVault
	}
	return vaultFix(err)
}
