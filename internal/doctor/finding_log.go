package doctor

import (
	"cmp"
	"slices"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/joblog"
)

// IDRefused is a refusal in a job's log that nothing on this machine accounts for.
const IDRefused = "refused"

// Explain adds a finding for a refusal that a job's log tells of, where no other finding accounts for it: what has
// probably happened, and the command that finds out or mends it. online is whether GitLab was asked. It reports whether
// it has added one. s must be about the image that was refused.
func (r *Report) Explain(told joblog.Refusal, m Machine, s Subjects, online bool) bool {
	here := m.Job.Running() || told.Runner == "" // else the job was on another machine, as far as is known
	if told.Client == string(clients.Runner) {
		here = m.Runner.Found
	}
	if slices.ContainsFunc(r.Findings, func(f Finding) bool { return accounts(f, s.host, here) }) {
		return false
	}
	step := r.next(told, m, s, online)
	words, _, _ := strings.Cut(told.Word, ". ") // what comes after is advice, about Git as often as not
	r.Findings = append(r.Findings, Finding{
		ID: IDRefused, Severity: Error, State: Refused, Host: s.host, Fix: step.fix,
		Message: cmp.Or(told.Client, "a client") + " was refused for " + told.Image + " (" + words +
			"), and nothing that was found here accounts for it: " + step.why,
	})
	r.sortFindings()
	return true
}

// accounts reports whether a finding may be why a registry has refused somebody: it is about that registry, and no
// credential that is good; or somebody on this machine was refused, and it is an error that is about all registries.
func accounts(f Finding, h credentials.Host, here bool) bool {
	if f.Host == h {
		return f.State != Valid
	}
	return here && f.Host == (credentials.Host{}) && f.Severity == Error
}

// step is what to do next, and why.
type step struct{ why, fix string }

// next returns what to do about a refusal that nothing here accounts for.
func (r *Report) next(told joblog.Refusal, m Machine, s Subjects, online bool) step {
	switch {
	case told.Client == string(clients.Runner):
		return s.ofRunner(told, m, online)
	case s.asked.Host == "docker.io":
		return step{"Docker Hub takes no token of GitLab's, so that it takes a login of its own", "docker login"}
	case r.withJobToken(told.Client, s.host):
		return noRight("the job's own token, which it goes there with,")
	case m.Job.Running() || told.Runner != "":
		return step{
			"in the job this helper is not configured, or the job's token has no right to the project of that image, " +
				"whose job token allowlist must have the job's project; run it at the beginning of the job's script",
			program + " configure",
		}
	case slices.ContainsFunc(m.Kept, func(k Kept) bool { return k.Host == s.host }):
		return step{
			"a token is kept that may have died since GitLab was asked about it, or has no right to that project",
			program + " status --check " + Quoted(s.host.String()),
		}
	}
	return step{"no token is kept for that registry", program + " login " + Quoted(s.host.String())}
}

// noRight returns what to do about a token that is alive, and was refused all the same.
func noRight(what string) step {
	return step{
		what + " has no right to the project of that image, whose job token allowlist must have the job's project; run " +
			"it in a clone of the image's project",
		"glab api projects/:id/job_token_scope/allowlist",
	}
}

// withJobToken reports whether a client of this machine goes to the registry with the token of the job that runs now.
func (r *Report) withJobToken(client string, h credentials.Host) bool {
	return slices.ContainsFunc(r.Rows, func(row Row) bool {
		return string(row.Client) == client && row.Host == h && row.Kind == credentials.KindJob && row.State == Valid
	})
}

// jobPayload is how gitlab-runner calls the job's own token as the source of a credential
// (runner:helpers/docker/auth/auth.go).
const jobPayload = "job payload"

// ofRunner returns what to do about a refusal of gitlab-runner's, which pulls with what its own host has.
func (s Subjects) ofRunner(told joblog.Refusal, m Machine, online bool) step {
	look := program + " doctor " + Quoted(s.asked.Raw)
	source := ""
	if told.Source != "" {
		source = "; it went there with what it found in " + told.Source
	}
	switch {
	case strings.HasPrefix(told.Source, jobPayload):
		return noRight("the job's own token, which it went there with,")
	case !m.Runner.Found:
		return step{"there is no gitlab-runner on this machine; run it on the runner's host" + source, "sudo " + look}
	case !m.Runner.Mine && m.Session.UID != 0:
		return step{"gitlab-runner's files are another user's, for root to look at" + source, "sudo " + look}
	case !online:
		return step{"only GitLab knows whether what it uses is dead" + source, program + " doctor --online " +
			Quoted(s.asked.Raw)}
	}
	return noRight("it has been mended since, or what gitlab-runner uses is good and")
}
