package main

import (
	"cmp"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/doctor"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabrunner"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/joblog"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// doctorHints says what to do where doctor could not do its work; nil for another error.
func doctorHints(err error) []string {
	const named = "name the image, as in: docker-credential-gitlabjob doctor registry.gitlab.com/group/project"
	switch {
	case errors.Is(err, errUnmended):
		return []string{"run again with --yes"}
	case errors.Is(err, doctor.ErrNotRoot):
		return []string{"run it as root, or as that user"}
	case errors.Is(err, doctor.ErrNoUser):
		return []string{"see: getent passwd"}
	case errors.Is(err, joblog.ErrNoRefusal):
		return []string{"give it the whole log, as the job's page shows it under \"complete raw\"", named}
	case errors.Is(err, errNoLogImage), errors.Is(err, errNoImage):
		return []string{named}
	case errors.As(err, new(*gitlabrunner.ConfigError)):
		return []string{"mend it by hand: nothing was changed"}
	}
	return nil
}

// commandFor returns the command that mends an error, as it can be run: the first hint that is one, else what comes
// nearest to a hint in prose. It is "" for no error, and where another login, or nothing here, mends it.
func commandFor(err error) string {
	if err == nil {
		return ""
	}
	for _, hint := range hintsFor(err) {
		if command, ok := strings.CutPrefix(hint, "run: "); ok {
			command, _, _ = strings.Cut(command, ", ") // ", where ENTRY is ..." explains it
			return command
		}
	}
	var badVariable *credentials.BadVariableError
	var catalog *keyring.CatalogError
	switch {
	case errors.As(err, &badVariable):
		return "unset " + badVariable.Name
	case errors.Is(err, keyring.ErrNone):
		return "unset GITLABJOB_KEYRING"
	case errors.As(err, &catalog):
		return catalogCommand(catalog)
	case errors.Is(err, keyring.ErrNoHome):
		return `export HOME="$(getent passwd "$(id -u)" | cut -d: -f6)"`
	case errors.Is(err, keyring.ErrNoBus):
		return "export DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/$(id -u)/bus"
	case errors.Is(err, keyring.ErrLocked) && isOfHelper(err):
		return "export GPG_TTY=$(tty); pass show ENTRY >/dev/null"
	case errors.Is(err, keyring.ErrLocked), errors.Is(err, keyring.ErrNoService), errors.Is(err, keyring.ErrNoCollection):
		return "gnome-keyring-daemon --unlock"
	case errors.Is(err, keyring.ErrHung):
		return program + " status"
	}
	return ""
}

// firstHint is commandFor, and where that has none, the command that shows more.
func firstHint(err error) string {
	if err == nil {
		return ""
	}
	return cmp.Or(commandFor(err), program+" status")
}

// catalogCommand is commandFor of what is wrong with the catalogue.
func catalogCommand(e *keyring.CatalogError) string {
	path := doctor.Quoted(e.Path)
	switch {
	case errors.Is(e, keyring.ErrBusy):
		return program + " status"
	case errors.Is(e, keyring.ErrNewer):
		return "go install github.com/gitlabjob/docker-credential-gitlabjob/cmd/docker-credential-gitlabjob@latest"
	case errors.Is(e, keyring.ErrDamaged):
		return "mv -i " + path + " " + doctor.Quoted(e.Path+".aside")
	case errors.Is(e, fs.ErrPermission):
		return `sudo chown "$(id -un)" ` + path
	}
	return "ls -la " + doctor.Quoted(filepath.Dir(e.Path))
}

// vaultFix returns the command that unlocks a vault, or shows what is wrong with it.
func vaultFix(err error) string {
	var helper *keyring.HelperError
	if command := commandFor(err); command != "" {
		return command
	}
	if errors.As(err, &helper) {
		return helper.Program + " list"
	}
	return program + " status"
}
