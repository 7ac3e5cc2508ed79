package doctor

import (
	"slices"

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
		switch {
		case r.Failed != nil && r.Failed.Helper == helperName:
			c.ours(r, *r.Failed)
		case r.Failed != nil && r.Failed.Helper != "":
			c.theirs(r, *r.Failed)
		case r.Failed != nil:
			c.unreadable(r, *r.Failed)
		case r.Source == clients.FromFile && r.State == Unreadable:
			c.unreadable(r, r.Shown)
		}
		if r.Client == clients.Docker && r.nothing() && r.Failed == nil {
			c.anonymousDocker(r)
		}
	}
}

// unreadable finds a file that the client gives up on, where nothing else was found that says why.
func (c *chart) unreadable(r Row, s Shown) {
	told := func(f Finding) bool { return f.Path == s.Path && f.State == Unreadable }
	if slices.ContainsFunc(c.found, told) {
		return
	}
	f := Finding{
		ID: IDMalformed, Severity: Error, User: c.user.Name, Path: s.Path, State: Unreadable,
		Message: r.name() + " cannot read it, and takes nothing of it", Fix: edit(c.user, s.Path),
	}
	for _, place := range c.machine.filesOf(c.user) {
		if place.Path != s.Path {
			continue
		}
		if place.Format == Variable {
			f.Fix = "unset " + variable
		}
		broken := slices.IndexFunc(place.entries(), func(e entry) bool { return e.Outcome == clients.Failed })
		if broken >= 0 {
			e := place.entries()[broken]
			f.ID, f.Key, f.Host = IDUnreadable, e.Key, e.host
			f.Message = `an "auth" that is not what Docker writes there: ` + r.name() + " takes nothing of the file for it"
			if place.Format != Variable {
				f.Fix = forced(mend(c.user, e.host))
			}
			break
		}
	}
	c.add(f)
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
		Fix: ConfigureRunner(c.machine.Runner, r.Host),
	})
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
