package doctor

import (
	"slices"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
)

// ours finds that this helper does not answer as it should.
func (c *chart) ours(r Row, s Shown) {
	f := Finding{
		User: c.user.Name, Path: s.Path, Key: s.Key, Username: s.Username, Kind: s.Kind, State: s.State, Host: r.Host,
	}
	ofRunner := r.Client == clients.Runner
	told := c.user.Mine && c.keptIsNoUse(r.Host) // with what is kept
	broken := s.Outcome == clients.Failed && strings.HasPrefix(s.Text, crashed)
	switch {
	case s.State == Missing:
		f.ID, f.Severity, f.Fix = IDHelperMissing, Error, c.install()
		f.Key, f.Host = "", credentials.Host{} // once for the file, whatever it is asked for
		f.Message = "the file names docker-credential-gitlabjob, which is not on the PATH of " + r.name()
	case broken:
		f.ID, f.Severity, f.Fix = IDHelperFailed, Error, c.install()
		f.Key, f.Host = "", credentials.Host{}
		f.Message = "the docker-credential-gitlabjob on the PATH of " + r.name() + " does not work: " + s.Why
	case s.State == Failing && ofRunner && r.Source == clients.FromJob:
		return // which is how it is set up for a gitlab-runner before 18.3
	case s.State == Failing && !ofRunner && told:
		return
	case s.State == Failing:
		f.ID, f.Severity = IDHelperFailed, Error
		f.Message = "docker-credential-gitlabjob has no credential for " + r.name() + ": " + s.Why
		f.Fix = program + " login " + Quoted(r.Host.String())
		if ofRunner {
			f.Fix = ConfigureRunner(c.machine.Runner, r.Host)
		}
	case ofRunner && s.Outcome == clients.Found && c.machine.Runner.Found:
		f.ID, f.Severity = IDRunnerService, Error
		f.Message = "gitlab-runner gets the token that " + c.user.Name + " keeps, in the place of the job's own"
		f.Fix = ConfigureRunner(c.machine.Runner, r.Host)
	case s.State.Dead() && !told:
		f.ID, f.Severity = IDKeptDead, Error
		f.Message = kindName(s.Kind) + " that is kept here is dead: " + s.Why
		f.Fix = program + " login " + Quoted(r.Host.String())
	default:
		return
	}
	c.add(f)
}

// keptIsNoUse reports whether something is wrong with what the vault has for the registry.
func (c *chart) keptIsNoUse(h credentials.Host) bool {
	return c.machine.Session.CatalogErr != nil || slices.ContainsFunc(c.machine.Kept, func(k Kept) bool {
		return k.Host == h && (k.Err != nil || c.judge.ofKept(k).State.Dead())
	})
}

// theirs finds another helper in the way: one that fails, is not there, has something dead, or outranks a job's token.
func (c *chart) theirs(r Row, s Shown) {
	hidesJob := r.Client == clients.Runner || c.machine.Job.Covers(r.Host)
	mentions := s.Member == credHelpersMember
	about, _ := dockerconfig.HostOf(s.Key)
	switch {
	case mentions && about != r.Host:
		c.losesFile(r, s)
		return
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
			f.Fix += "--file " + Quoted(s.Path) + " "
		}
		f.Fix += Quoted(r.Host.String())
	}
	c.add(f)
}

// losesFile finds a helper for another registry over which gitlab-runner gives the whole file up, and with it what the
// file has for this one.
func (c *chart) losesFile(r Row, s Shown) {
	if r.Source != clients.None && !r.Stops {
		return
	}
	c.add(Finding{
		ID: IDOtherHelper, Severity: Error, User: c.user.Name, Path: s.Path, Key: s.Key, State: s.State, Host: r.Host,
		Message: r.name() + " asks docker-credential-" + s.Helper + " for another registry, " + s.Why +
			", and with that takes nothing else of the file",
		Fix: edit(c.user, s.Path),
	})
}

// crashed is how the words begin of a helper that has said nothing itself.
const crashed = "it fails: "
