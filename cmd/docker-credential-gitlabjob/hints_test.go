package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	dch "github.com/docker/docker-credential-helpers/credentials"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/editfile"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// Every way to fail names what to do next.
func TestEveryErrorHasAHint(t *testing.T) {
	host, err := credentials.ParseHost("registry.example.com")
	if err != nil {
		t.Fatal(err)
	}
	vault := func(err error) error { return &keyring.VaultError{Vault: "os", Err: err} }
	gitLab := credentials.Life{GitLab: "https://gitlab.example.com"}
	const page = "https://gitlab.example.com/-/user_settings/personal_access_tokens?"
	for _, c := range []struct {
		err  error
		want string
	}{
		{&inputError{"x"}, "help"},
		{&credentials.BadHostError{}, "registry.gitlab.com"},
		{dch.NewErrCredentialsMissingServerURL(), "registry.gitlab.com"},
		{dch.NewErrCredentialsMissingUsername(), "login REGISTRY"},
		{&credentials.BadLoginError{}, "login REGISTRY"},
		{&credentials.BadVariableError{Name: "GITLABJOB_HOSTS", Err: &credentials.BadHostError{}}, "GITLABJOB_HOSTS"},
		{&credentials.NotGoodError{Host: host, Life: gitLab, Reason: credentials.Expired}, page},
		{&credentials.NotGoodError{Host: host, Reason: credentials.Revoked}, "read_registry"},
		{&credentials.NotGoodError{Host: host, Reason: credentials.Unverified}, "status --check registry.example.com"},
		{&credentials.JobOverError{}, "date -u"},
		{&credentials.MissError{Host: host}, "gitlabjob login registry.example.com"},
		{&credentials.RefusedError{Host: host, GitLab: gitLab.GitLab}, page},
		{&credentials.NotGitLabError{}, "credHelpers"},
		{&credentials.UnreachableError{Host: host}, "HTTPS_PROXY"},
		{&keyring.LostError{Host: host}, "gitlabjob login registry.example.com"},
		{&keyring.CatalogError{Path: "/x/catalog.json", Err: keyring.ErrDamaged}, "mend /x/catalog.json"},
		{&keyring.CatalogError{Path: "/x/catalog.json", Err: keyring.ErrNewer}, "update"},
		{&keyring.CatalogError{Path: "/x/catalog.json", Err: keyring.ErrBusy}, "again"},
		{&keyring.CatalogError{Path: "/x/catalog.json", Err: fs.ErrPermission}, "owner, mode and free space of /x/catalog.json"},
		{keyring.ErrNoHome, "GITLABJOB_STATE_DIR"},
		{vault(keyring.ErrNoVault), "update"},
		{keyring.ErrNone, "GITLABJOB_KEYRING"},
		{vault(keyring.ErrNoBus), "dbus-run-session"},
		{vault(keyring.ErrNoService), "gnome-keyring-daemon"},
		{vault(keyring.ErrNoCollection), "gnome-keyring-daemon"},
		{vault(keyring.ErrLocked), "unlock"},
		{&keyring.VaultError{Vault: "helper:pass", Err: keyring.ErrLocked}, "GPG_TTY"},
		{&keyring.VaultError{Vault: "helper:pass", Err: keyring.ErrNoStore}, "pass init"},
		{vault(keyring.ErrDismissed), "answer the prompt"},
		{vault(keyring.ErrHung), "restart"},
		{vault(keyring.ErrNoHelper), "PATH"},
		{vault(keyring.ErrBlocked), "seccomp"},
		{vault(keyring.ErrQuota), "maxkeys"},
		{&keyring.NoVaultError{OS: vault(keyring.ErrNoBus), Kernel: vault(keyring.ErrBlocked)}, "helper:pass"},
		{vault(keyring.ErrTooLarge), "shorter"},
		{vault(keyring.ErrUnsupported), "helper:"},
		{&keyring.VaultError{Vault: "helper:pass", Err: errors.New("something new")}, "another vault"},
		{vault(errors.New("something new")), "GITLABJOB_DEBUG"},
		{&staysError{where: "/x/config.json", key: "k", err: credentials.ErrUnasked}, "--force"},
		{&staysError{where: "/x/config.json", key: "k", err: vault(keyring.ErrLocked)}, "unlock"},
		{&takenError{host: host, key: "k", name: "other"}, "--force"},
		{&configError{path: "/x/config.json", err: &dockerconfig.SyntaxError{}}, "by hand"},
		{&editfile.Error{Path: "/x/config.json", Err: fs.ErrPermission}, "owner, mode"},
		{&editfile.Error{Path: "/x/config.json", Err: editfile.ErrForeign}, "as the user"},
		{&editfile.Error{Path: "/x/config.json", Err: editfile.ErrRestless}, "again"},
		{errNoHost, "configure registry.gitlab.com"},
		{errRunnerVersion, "--runner-version"},
		{dockerconfig.ErrNoHome, "DOCKER_CONFIG"},
	} {
		for _, err := range []error{c.err, fmt.Errorf("wrapped: %w", c.err)} {
			if dch.IsCredentialsMissingUsernameMessage(c.err.Error()) && err != c.err {
				continue // known by its text alone
			}
			hints := hintsFor(err)
			if !strings.Contains(strings.Join(hints, "\n"), c.want) {
				t.Errorf("%T %v: hints %q; want %q", c.err, c.err, hints, c.want)
			}
			for _, hint := range hints {
				if strings.HasSuffix(hint, ".") || strings.Contains(hint, "\n") || strings.ToUpper(hint[:1]) == hint[:1] &&
					!strings.HasPrefix(hint, "GITLABJOB_") && !strings.HasPrefix(hint, "Docker") {
					t.Errorf("a hint breaks the rules of ui.go: %q", hint)
				}
			}
		}
	}
}
