package main

import (
	"errors"
	"slices"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/configure"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/doctor"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/editfile"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// left is what --fix has not mended, and why.
type left struct {
	path string
	key  string           // "" for whatever is about host
	host credentials.Host // none: the whole file
	err  error
}

// leave notes what a mender leaves.
func (d *doctoring) leave(m *fileMender, outcomes []configure.Outcome) {
	for _, out := range outcomes {
		if out.Other.Name != "" {
			err := &takenError{host: out.Host, key: dockerconfig.Shown(out.Other.Key), name: out.Other.Name}
			d.left = append(d.left, left{path: m.file.Path, host: out.Host, err: err})
		}
		for _, stays := range out.Stays {
			d.left = append(d.left, left{m.file.Path, stays.Entry.Key, out.Host, stays.Ruling.Err})
		}
		for _, login := range m.rulings.logins[out.Host] {
			if login.ruling.Fate == credentials.Stays {
				d.left = append(d.left, left{path: m.file.Path, host: out.Host, err: login.ruling.Err})
			}
		}
	}
}

// explain adds to what was found again why it was left, and the command that does what is wanted then. Nothing that
// may be the only good copy of a credential is removed by that.
func (d *doctoring) explain(findings []doctor.Finding) {
	install := ""
	for _, f := range findings {
		if f.ID == doctor.IDHelperMissing && f.User == "" && f.Path == "" {
			install = f.Fix
		}
	}
	for i := range findings {
		f := &findings[i]
		why := d.whyLeft(*f)
		if !f.Safe || why == nil {
			continue
		}
		f.Safe = false // the same again would come to the same
		f.Message += "; it stays: " + why.Error()
		if errors.Is(why, errNotOnPath) && install != "" {
			f.Fix = install + " && " + f.Fix
			continue
		}
		more, fix := d.remedy(*f, why)
		f.Message, f.Fix = f.Message+more, fix
	}
}

// whyLeft returns why what was found was left: its entry, else anything of its registry in that file, else the file.
func (d *doctoring) whyLeft(f doctor.Finding) error {
	for _, same := range []func(left) bool{
		func(l left) bool { return l.host == f.Host && l.key == f.Key },
		func(l left) bool { return l.host == f.Host },
		func(l left) bool { return l.host == credentials.Host{} },
	} {
		at := slices.IndexFunc(d.left, func(l left) bool { return l.path == f.Path && same(l) })
		if at >= 0 {
			return d.left[at].err
		}
	}
	return nil
}

// remedy returns what else there is to say of a finding that was left, and the command that mends it.
func (d *doctoring) remedy(f doctor.Finding, why error) (more, fix string) {
	forced := strings.Replace(f.Fix, "doctor --fix --yes", "doctor --fix --force --yes", 1)
	host := doctor.Quoted(f.Host.String())
	var file *editfile.Error
	var vault *keyring.VaultError
	switch {
	case errors.As(why, new(*credentials.OtherKeptError)):
		return "; --force removes this one", forced
	case errors.As(why, new(*credentials.UnreachableError)):
		return "; run this again once GitLab can be reached", f.Fix
	case errors.As(why, new(*credentials.BadLoginError)):
		return "; log in anew, then --force removes it", loginCommand + " " + host + " && " + forced
	case errors.As(why, new(*credentials.NotGitLabError)), errors.As(why, new(*takenError)),
		errors.As(why, new(*configError)), errors.Is(why, errGivenToJobs):
		return "", "${EDITOR:-vi} " + doctor.Quoted(f.Path)
	case errors.Is(why, credentials.ErrClocks):
		return "", "timedatectl set-ntp true && date -u && " + f.Fix
	case errors.Is(why, errOldRunner):
		first := doctor.ConfigureRunner(d.machine.Runner, f.Host)
		return "; let gitlab-runner come to this helper first", first + " && " + f.Fix
	case errors.Is(why, errNotAsked), errors.Is(why, errByItself):
		return "", program + " configure " + host + " && " + f.Fix
	case errors.Is(why, errSnap):
		return "; only that docker can be done with it", "/snap/bin/docker logout " + host
	case errors.Is(why, errInJob):
		return "; run this outside of the job, where it is kept", "env -u CI_JOB_TOKEN " + f.Fix
	case errors.Is(why, keyring.ErrNone) && d.w.getenv("GITLABJOB_KEYRING") == "none":
		return "; keep it in a vault", "env -u GITLABJOB_KEYRING " + f.Fix
	case errors.As(why, &vault), errors.Is(why, keyring.ErrNone), errors.Is(why, keyring.ErrNoHome):
		more, first := d.vaultFirst(why, vault)
		return more, first + " && " + f.Fix
	case errors.As(why, &file):
		return "", d.writable(file) + f.Fix
	}
	return "", f.Fix
}

// vaultFirst is remedy of what a vault has kept from being mended; nil is whichever there is. Somebody who has chosen a
// vault is told of another one only where there can be no such vault.
func (d *doctoring) vaultFirst(why error, vault *keyring.VaultError) (more, command string) {
	command = vaultFix(why)
	if vault != nil && vault.Vault == d.w.getenv("GITLABJOB_KEYRING") {
		command = chosenVaultFix(why, sessionPartsOf(d.w.root, d.machine.Session.UID))
	}
	if command == anotherVault {
		return "; there is no such vault here", command
	}
	return "; see to the vault first", command
}
