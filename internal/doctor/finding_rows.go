package doctor

import (
	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
)

// ofRows finds what is wrong about how the clients of one user choose.
func (c *chart) ofRows() {
	for _, r := range c.counted() {
		switch {
		case r.Source == clients.Unstable:
			c.unstable(r)
		case r.Source == clients.Empty && r.Helper != "" && r.Client == clients.Runner:
			c.anonymousRunner(r)
		case r.Source == clients.FromHelper && r.Helper == helperName:
			c.ours(r, r.Shown)
		case r.Source == clients.FromHelper:
			c.theirs(r, r.Shown)
		}
		if r.Failed != nil && r.Client == clients.Docker && r.Failed.Helper != "" {
			if r.Failed.Helper == helperName {
				c.ours(r, *r.Failed)
			} else {
				c.theirs(r, *r.Failed)
			}
		}
		if r.Client == clients.Docker && r.nothing() && r.Failed == nil {
			c.anonymousDocker(r)
		}
	}
}

// unstable finds two spellings of one registry.
func (c *chart) unstable(r Row) {
	var keys []string
	for _, rival := range r.Rivals {
		keys = append(keys, dockerconfig.Shown(rival.Key))
	}
	message := r.name() + " takes either of " + listed(keys) + ", as chance has it"
	if len(keys) < 2 {
		message = "another entry of the file cannot be decoded, so " + r.name() + " reads this one at times only"
	}
	c.add(Finding{
		ID: IDUnstable, Severity: Error, User: c.user.Name, Path: r.Path, Key: r.Key, State: Unchecked, Host: r.Host,
		Message: message, Fix: mend(c.user, r.Host), Safe: true,
	})
}

// anonymousRunner finds a gitlab-runner before 18.3 that takes "nothing kept" for an empty credential.
func (c *chart) anonymousRunner(r Row) {
	if c.machine.Runner.Version == nil && !c.machine.Runner.Found {
		return // nobody has said that there is one
	}
	c.add(Finding{
		ID: IDRunnerAnonym, Severity: Error, User: c.user.Name, Path: r.Path, Key: r.Key, State: NoSecret, Host: r.Host,
		Message: "gitlab-runner before 18.3 takes the answer of docker-credential-" + r.Helper + ", that it has nothing, " +
			"for an empty credential: it pulls anonymously, without the job's own token",
		Fix: program + " configure --runner --systemd " + r.Host.String() + " && " + restart,
	})
}

const restart = "systemctl daemon-reload && systemctl restart gitlab-runner"

// ours finds that this helper does not answer as it should.
func (c *chart) ours(r Row, s Shown) {
	f := Finding{
		User: c.user.Name, Path: s.Path, Key: s.Key, Username: s.Username, Kind: s.Kind, State: s.State, Host: r.Host,
	}
	switch {
	case s.State == Missing:
		f.ID, f.Severity, f.Fix = IDHelperMissing, Error, c.install()
		f.Key, f.Host = "", credentials.Host{} // once for the file, whatever it is asked for
		f.Message = "the file names docker-credential-gitlabjob, which is not on the PATH of " + r.name()
	case s.State == Failing:
		f.ID, f.Severity = IDHelperFailed, Error
		f.Message = "docker-credential-gitlabjob has no credential for " + r.name() + ": " + s.Why
		f.Fix = program + " login " + r.Host.String()
		if r.Client == clients.Runner {
			f.Fix = program + " configure --runner --systemd " + r.Host.String() + " && " + restart
		}
	case r.Client == clients.Runner && s.Outcome == clients.Found && c.machine.Runner.Found:
		f.ID, f.Severity = IDRunnerService, Error
		f.Message = "gitlab-runner gets the token that " + c.user.Name + " keeps, in the place of the job's own"
		f.Fix = program + " configure --runner --systemd " + r.Host.String() + " && " + restart
	case s.State.Dead():
		f.ID, f.Severity = IDKeptDead, Error
		f.Message = kindName(s.Kind) + " that is kept here is dead: " + s.Why
		f.Fix = program + " login " + r.Host.String()
	default:
		return
	}
	c.add(f)
}

// theirs finds another helper in the way: one that fails, is not there, has something dead, or outranks a job's token.
func (c *chart) theirs(r Row, s Shown) {
	hidesJob := r.Client == clients.Runner || c.machine.Job.Covers(r.Host)
	mentions := s.Member == credHelpersMember
	switch {
	case !c.user.Mine && !mentions && r.Client != clients.Runner:
		return // it is for all of that user's registries, and nobody knows what it has
	case s.State != Missing && s.State != Failing && !s.State.Dead() && !hidesJob:
		return // theirs to choose
	}
	f := Finding{
		ID: IDOtherHelper, Severity: Error, User: c.user.Name, Path: s.Path, Key: s.Key, Username: s.Username, Kind: s.Kind,
		State: s.State, Host: r.Host, Fix: mend(c.user, r.Host), Safe: true,
		Message: r.name() + " asks docker-credential-" + s.Helper + " for this registry, and not this helper",
	}
	if s.Why != "" {
		f.Message += ": " + s.Why
	}
	if mentions {
		f.Safe, f.Fix = false, program+" configure --force "
		if !c.user.Mine {
			f.Fix += "--file " + quoted(s.Path) + " "
		}
		f.Fix += r.Host.String()
	}
	c.add(f)
}

// anonymousDocker finds that Docker pulls anonymously although there is a credential for it here.
func (c *chart) anonymousDocker(r Row) {
	if !c.user.Mine {
		return
	}
	has := ""
	if _, over := c.machine.Job.Over(c.judge.Now); c.machine.Job.Covers(r.Host) && !over {
		has = "this job's own token"
	}
	for _, k := range c.machine.Kept {
		if k.Host == r.Host && k.Err == nil && c.judge.ofKept(k).State == Valid {
			has = "a token that is kept"
		}
	}
	if has == "" {
		return
	}
	path := r.Path
	if c.user.Places.Docker != nil {
		path = c.user.Places.Docker.Path
	}
	c.add(Finding{
		ID: IDNotConfigured, Severity: Error, User: c.user.Name, Path: path, Host: r.Host, State: NoSecret,
		Message: "docker gets nothing for " + r.Host.String() + ", although there is " + has,
		Fix:     program + " configure " + r.Host.String(), Safe: true,
	})
}
