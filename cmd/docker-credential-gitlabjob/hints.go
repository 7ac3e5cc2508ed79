package main

import (
	"errors"
	"slices"
	"strings"

	dch "github.com/docker/docker-credential-helpers/credentials"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/editfile"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlab"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabrunner"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// hintsFor returns what to do about err, most useful first: the next command to run, or the thing to change.
func hintsFor(err error) []string {
	var (
		hinted      *hintedError
		stays       *staysError
		taken       *takenError
		config      *configError
		file        *editfile.Error
		badInput    *inputError
		badHost     *credentials.BadHostError
		badVariable *credentials.BadVariableError
		badLogin    *credentials.BadLoginError
		notGood     *credentials.NotGoodError
		jobOver     *credentials.JobOverError
		miss        *credentials.MissError
		refused     *credentials.RefusedError
		notGitLab   *credentials.NotGitLabError
		unreachable *credentials.UnreachableError
		lost        *keyring.LostError
		catalog     *keyring.CatalogError
		vault       *keyring.VaultError
	)
	if hints := lifeHints(err); hints != nil {
		return hints
	}
	if hints := doctorHints(err); hints != nil {
		return hints
	}
	switch {
	case errors.As(err, &hinted):
		return append(slices.Clone(hinted.hints), hintsFor(hinted.err)...)
	case errors.As(err, &stays):
		return staysHints(stays)
	case errors.As(err, &taken):
		return []string{"run again with --force to let this helper answer in its place"}
	case errors.Is(err, errUnruled):
		return []string{"run the same command again"}
	case errors.As(err, &config), errors.As(err, &file), errors.Is(err, errNoHost), errors.Is(err, errNoRegistry),
		errors.Is(err, errRunnerVersion), errors.Is(err, dockerconfig.ErrNoHome),
		errors.Is(err, gitlabrunner.ErrNoService), errors.Is(err, gitlabrunner.ErrHome):
		return configureHints(err)
	case errors.As(err, &badInput):
		return []string{"Docker writes what a verb takes; see: docker-credential-gitlabjob help"}
	case errors.As(err, &badVariable):
		return []string{"correct " + badVariable.Name + " or unset it"}
	case errors.As(err, &badHost), dch.IsCredentialsMissingServerURL(err):
		return []string{"name the registry as registry.gitlab.com or gitlab.example.com:5050"}
	case errors.As(err, &badLogin), isMissingUsername(err):
		return []string{"run: " + loginCommand + " REGISTRY, with a personal access token"}
	case errors.As(err, &notGood):
		return notGoodHints(notGood)
	case errors.As(err, &jobOver):
		return []string{"compare this machine's clock (date -u) with GitLab's; a job that has ended cannot pull any more"}
	case errors.As(err, &miss):
		return []string{"run: " + loginFor(miss.Host), "or unset GITLABJOB_ON_MISS"}
	case errors.As(err, &refused):
		return append(newToken(refused.GitLab), "run: "+loginFor(refused.Host))
	case errors.As(err, &notGitLab):
		return []string{`give this helper GitLab's registries only: in Docker's config.json name it in "credHelpers", ` +
			`as {"credHelpers": {"registry.gitlab.com": "gitlabjob"}}, not in "credsStore"`}
	case errors.As(err, &unreachable):
		return []string{"check the network, HTTPS_PROXY and CI_SERVER_TLS_CA_FILE, then run: " +
			loginFor(unreachable.Host)}
	case errors.As(err, &lost):
		return []string{"run: " + loginFor(lost.Host)}
	case errors.As(err, &catalog):
		return catalogHints(catalog)
	case errors.As(err, &vault), errors.Is(err, keyring.ErrNone), errors.Is(err, keyring.ErrNoHome):
		return vaultHints(err)
	}
	return nil
}

// staysHints says how a login that was left where it is can be moved after all, or let go of.
func staysHints(e *staysError) []string {
	var unreachable *credentials.UnreachableError
	force := "run again with --force to remove it all the same"
	if e.inStore {
		force = "run again with --force to let Docker ask this helper all the same"
	}
	switch {
	case errors.Is(e.err, errAnotherLogin):
		return []string{"run: " + loginCommand + " " + e.key}
	case errors.Is(e.err, errTheirs), errors.Is(e.err, errTheirStore):
		return []string{"run it as the user that the file belongs to", force}
	case errors.As(e.err, &unreachable):
		return []string{"check the network, HTTPS_PROXY and CI_SERVER_TLS_CA_FILE, then run the same command again", force}
	}
	return append(hintsFor(e.err), force)
}

// configureHints says what keeps a config file from being configured, and how that ends.
func configureHints(err error) []string {
	var config *configError
	switch {
	case errors.As(err, &config):
		return []string{"mend it by hand: nothing was changed, and Docker may not be able to read it either"}
	case errors.Is(err, errNoHost), errors.Is(err, errNoRegistry):
		return []string{"name it, as in: docker-credential-gitlabjob configure registry.gitlab.com"}
	case errors.Is(err, gitlabrunner.ErrNoService):
		return []string{"leave out --systemd: it then prints what gitlab-runner needs, however it is started"}
	case errors.Is(err, gitlabrunner.ErrHome):
		return []string{"name the file itself, as in --file /home/gitlab-runner/.docker/config.json"}
	case errors.Is(err, errRunnerVersion):
		return []string{"run again with --runner-version, as in --runner-version 18.3"}
	case errors.Is(err, dockerconfig.ErrNoHome):
		return []string{"set HOME or DOCKER_CONFIG"}
	case errors.Is(err, editfile.ErrOwner), errors.Is(err, editfile.ErrForeign):
		return []string{"run it as the user that the file belongs to"}
	case errors.Is(err, editfile.ErrRestless):
		return []string{"run the same command again"}
	}
	return []string{"check owner, mode and file system of the file and its directory"}
}

func notGoodHints(e *credentials.NotGoodError) []string {
	login := "run: " + loginFor(e.Host)
	if e.Reason == credentials.Unverified {
		return []string{"run: " + program + " status --check " + e.Host.String() + ", which verifies it anew"}
	}
	return append(newToken(e.Life.GitLab), login)
}

// newToken names the page that makes a token, where it is known which GitLab has it.
func newToken(base string) []string {
	if base == "" {
		return []string{"make a new token with the scopes read_registry, write_registry, self_rotate"}
	}
	return []string{"make a new token at " + gitlab.TokenPage(base)}
}

func catalogHints(e *keyring.CatalogError) []string {
	switch {
	case errors.Is(e, keyring.ErrBusy):
		return []string{"run the same command again"}
	case errors.Is(e, keyring.ErrNewer):
		return []string{"update docker-credential-gitlabjob"}
	case errors.Is(e, keyring.ErrDamaged):
		return []string{"mend " + e.Path + ", or move it away and log in again"}
	}
	return []string{"check owner, mode and free space of " + e.Path +
		", or set GITLABJOB_STATE_DIR to a directory of your own"}
}

// vaultHints says how to get at the keyring.
func vaultHints(err error) []string {
	const (
		pass  = "or keep tokens in docker-credential-pass: GITLABJOB_KEYRING=helper:pass"
		other = pass + "; or, on Linux and until it goes down, in the kernel: GITLABJOB_KEYRING=kernel"
	)
	var nowhere *keyring.NoVaultError
	switch {
	case errors.As(err, &nowhere):
		return []string{"run it within a desktop session, or under dbus-run-session with a keyring daemon", pass}
	case errors.Is(err, keyring.ErrNone):
		return []string{"unset GITLABJOB_KEYRING to keep tokens; a job's own token needs no login"}
	case errors.Is(err, keyring.ErrNoBus):
		return []string{"run it within a desktop session, or under dbus-run-session with a keyring daemon", other}
	case errors.Is(err, keyring.ErrNoService), errors.Is(err, keyring.ErrNoCollection):
		return []string{"start and unlock a keyring in this session, as gnome-keyring-daemon --unlock does", other}
	case errors.Is(err, keyring.ErrLocked) && isOfHelper(err):
		return []string{"let gpg ask for its passphrase in a terminal: export GPG_TTY=$(tty); pass show ENTRY >/dev/null" +
			`, where ENTRY is any that "pass" lists`}
	case errors.Is(err, keyring.ErrLocked) && keyring.UsesKeychain:
		return []string{"run: security unlock-keychain"}
	case errors.Is(err, keyring.ErrLocked):
		return []string{"unlock it: log in at the desktop, or run: gnome-keyring-daemon --unlock", other}
	case errors.Is(err, keyring.ErrNoStore):
		return []string{"run: pass init GPG-ID, where GPG-ID is a key of yours, as gpg --list-secret-keys shows it"}
	case errors.Is(err, keyring.ErrDismissed):
		return []string{"run the same command again and answer the prompt"}
	case errors.Is(err, keyring.ErrHung):
		return []string{"see whether the keyring waits for an answer, else restart it or its session", other}
	case errors.Is(err, keyring.ErrBlocked):
		return []string{"run it outside of the container, or allow add_key and keyctl in its seccomp profile", pass}
	case errors.Is(err, keyring.ErrQuota):
		return []string{"see /proc/key-users; root may raise /proc/sys/kernel/keys/maxkeys and maxbytes", pass}
	case errors.Is(err, keyring.ErrNoHelper):
		return []string{"install it on PATH, or set GITLABJOB_KEYRING to another vault"}
	case errors.Is(err, keyring.ErrTooLarge):
		return []string{"use a shorter token: a personal access token has less than 300 bytes"}
	case errors.Is(err, keyring.ErrNoVault):
		return []string{"update " + program + ", or run: " + loginCommand + " REGISTRY, which keeps it elsewhere"}
	case errors.Is(err, keyring.ErrNoHome):
		return []string{"set HOME or GITLABJOB_STATE_DIR"}
	case errors.Is(err, keyring.ErrUnsupported):
		return []string{other[len("or "):]}
	case isOfHelper(err):
		return []string{"unlock what that helper keeps its entries in, or set GITLABJOB_KEYRING to another vault"}
	}
	return []string{"GITLABJOB_DEBUG=1 shows each step"}
}

// isOfHelper reports whether err is about a vault "helper:NAME".
func isOfHelper(err error) bool {
	var vault *keyring.VaultError
	return errors.As(err, &vault) && strings.HasPrefix(vault.Vault, "helper:")
}
