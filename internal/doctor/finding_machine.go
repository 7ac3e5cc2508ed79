package doctor

import (
	"cmp"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
)

// ofSession finds what is wrong about the process that asks.
func (d *diagnosis) ofSession() {
	s := d.machine.Session
	if s.LostJob {
		d.add(Finding{
			ID: IDSudo, Severity: Error,
			Message: "sudo has dropped CI_JOB_TOKEN: what it runs is in no job, and has no job token",
			Fix:     "sudo --preserve-env=CI_JOB_TOKEN,CI_REGISTRY,CI_DEPENDENCY_PROXY_SERVER,GITLABJOB_HOSTS docker ...",
		})
	}
	if s.CatalogErr != nil {
		d.add(Finding{
			ID: IDVault, Severity: Error, State: Failing, Message: s.CatalogErr.Error(), Fix: s.CatalogFix,
		})
	}
	if s.VaultErr != nil && s.Chosen {
		d.add(Finding{
			ID: IDVault, Severity: Warning, State: Failing, Path: "GITLABJOB_KEYRING", Fix: s.VaultFix,
			Message: "the vault that was chosen cannot be reached: " + s.VaultErr.Error(),
		})
	}
	if s.Clock != nil {
		d.add(Finding{
			ID: IDClock, Severity: Error, Message: s.Clock.Error(),
			Fix: "timedatectl set-ntp true && date -u",
		})
	}
	if at, over := d.machine.Job.Over(d.judge.Now); over {
		d.add(Finding{
			ID: IDJobOver, Severity: Error, Kind: credentials.KindJob, State: Expired, Path: "CI_JOB_TOKEN",
			Message: "the job token of the environment has expired on " + at.Format("2006-01-02 15:04 UTC") +
				": the job is over, or this clock is wrong",
			Fix: "unset CI_JOB_TOKEN",
		})
	}
}

// ofProgram finds that clients cannot run this helper, or run another version of it.
func (d *diagnosis) ofProgram() {
	p := d.machine.Program
	switch {
	case p.OnPath == "" && (d.me() != "" || d.machine.namedBySystem()):
		d.add(Finding{
			ID: IDHelperMissing, Severity: Error, State: Missing,
			Message: program + " is not on the PATH, where clients look for it", Fix: d.install(),
		})
	case p.Version != "" && p.Version != p.Mine:
		d.add(Finding{
			ID: IDHelperVersion, Severity: Warning, Path: p.OnPath,
			Message: "clients run " + p.Version + ", and this is " + p.Mine, Fix: d.install(),
		})
	}
	switch named := d.machine.namedBySystem(); {
	case named && p.SystemVersion != "" && p.SystemVersion != p.Mine:
		d.add(Finding{
			ID: IDHelperVersion, Severity: Warning, Path: p.InSystem,
			Message: "gitlab-runner and other users run " + p.SystemVersion + ", and this is " + p.Mine, Fix: d.install(),
		})
	case named && p.OnPath != "" && p.InSystem == "":
		d.add(Finding{
			ID: IDHelperMissing, Severity: Error, State: Missing, User: d.machine.Runner.User,
			Message: program + " is on this PATH, and not on that of gitlab-runner and other users, whose files name it",
			Fix:     d.install(),
		})
	}
}

// namedBySystem reports whether a file of another user's, or of gitlab-runner's service, names this helper.
func (m Machine) namedBySystem() bool {
	for _, u := range m.Users {
		if u.Mine && (!u.Pulls || m.Runner.Service == nil) {
			continue
		}
		for _, f := range u.Files {
			for _, c := range f.helpers() {
				if c.Helper == helperName {
					return true
				}
			}
		}
	}
	return false
}

// install puts this very program where everybody finds it.
func (d *diagnosis) install() string {
	const target = "/usr/local/bin/" + program
	if runtime.GOOS == "windows" {
		return `setx PATH "%PATH%;` + filepath.Dir(d.machine.Program.Self) + `"`
	}
	if d.machine.Program.Self == target {
		return "export PATH=/usr/local/bin:$PATH"
	}
	command := "install -m 0755 " + Quoted(d.machine.Program.Self) + " " + target
	if d.machine.Session.UID != 0 {
		command = "sudo " + command
	}
	return command
}

// ofKept finds tokens of the vault that are of no use.
func (d *diagnosis) ofKept() {
	locked := false
	for _, k := range d.machine.Kept {
		if d.subjects.asked != nil && k.Host != d.subjects.host {
			continue
		}
		v := d.judge.ofKept(k)
		said, asked := d.judge.Asked[Asked{k.Host, k.Username, k.Secret}]
		if asked = asked && said.State != Unchecked; asked {
			v = said
		}
		f := Finding{
			Severity: Error, Path: "vault " + k.Vault, Key: k.Host.String(), Kind: v.Kind,
			Username: shownName(k.Username, k.Secret),
			State:    v.State, Host: k.Host, Fix: program + " login " + Quoted(k.Host.String()),
		}
		switch {
		case v.State.Dead():
			f.ID = IDKeptDead
			why := string(v.State)
			if asked { // else it is the catalogue's word
				why += ": " + v.Why
			}
			f.Message = kindName(v.Kind) + " that is kept is dead (" + why + "), and this helper does not use it"
		case k.Err != nil && !locked:
			locked = true
			f.ID, f.Message, f.State = IDVault, "what is kept cannot be got at: "+k.Err.Error(), Failing
			f.Fix = cmp.Or(k.Fix, f.Fix)
		case v.State == Unchecked && k.Err == nil:
			f.ID, f.Severity = IDKeptUnchecked, Warning
			f.Message = "the token that is kept was not verified for 30 days, or never"
			f.Fix = program + " status --check " + Quoted(k.Host.String())
		default:
			continue
		}
		d.add(f)
	}
}

// ofRunner finds what is wrong in gitlab-runner's own config files.
func (d *diagnosis) ofRunner() {
	for _, c := range d.machine.Runner.Configs {
		fix := d.editConfig(c.Path)
		if c.Err != nil {
			d.add(Finding{
				ID: IDMalformed, Severity: Error, User: c.User, Path: c.Path, State: Unreadable,
				Message: "gitlab-runner's config file cannot be read: " + c.Err.Error(), Fix: fix,
			})
			continue
		}
		for _, r := range c.Config.Runners {
			for _, script := range r.LogsIn {
				d.add(Finding{
					ID: IDLoginScript, Severity: Warning, User: c.User, Path: c.Path, Key: script,
					Message: fmt.Sprintf("the %s of runner %q logs in, which leaves a token in a file that outlives the job: "+
						"replace that by: %s configure", script, r.Name, program),
					Fix: fix,
				})
			}
		}
	}
	d.notAllowed()
}

// editConfig opens a config file of gitlab-runner's.
func (d *diagnosis) editConfig(path string) string {
	for _, c := range d.machine.Runner.Configs {
		if c.Path == path && c.InHome && c.User != d.me() {
			return edit(User{Name: c.User}, path)
		}
	}
	command := edit(User{Mine: true}, path)
	if d.machine.Session.UID != 0 && !strings.HasSuffix(path, "/"+runnerInHome) {
		command = "sudo " + command
	}
	return command
}

// me is the name of who asks; "" where it is about another user alone.
func (d *diagnosis) me() string {
	if len(d.machine.Users) > 0 && d.machine.Users[0].Mine {
		return d.machine.Users[0].Name
	}
	return ""
}

// notAllowed finds a DOCKER_AUTH_CONFIG that names this helper for a gitlab-runner which runs those alone that its
// config file allows.
func (d *diagnosis) notAllowed() {
	v := d.machine.Runner.Version
	if v == nil || !v.RunsListedOnly() {
		return
	}
	for i, f := range d.machine.Runner.Files {
		for _, c := range f.helpers() {
			h, ok := dockerconfig.HostOf(c.Key)
			if c.Helper != helperName || slices.Contains(d.machine.Runner.Allowed[i], helperName) {
				continue
			}
			finding := Finding{
				ID: IDNotAllowed, Severity: Error, User: d.machine.Runner.User, Path: f.Path, Key: c.Key, State: Failing,
				Message: "DOCKER_AUTH_CONFIG names this helper, which gitlab-runner " + v.String() + " runs only if " +
					"allowed_docker_credential_helpers lists it",
				Fix: d.editConfig(f.Path),
			}
			if ok {
				finding.Host = h
			}
			d.add(finding)
		}
	}
}
