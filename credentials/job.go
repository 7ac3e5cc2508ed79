package credentials

import (
	"fmt"
	"strings"
	"time"
)

// JobUsername is the only username under which GitLab takes a job token
// (gl:lib/gitlab/auth.rb, CI_JOB_USER).
const JobUsername = "gitlab-ci-token"

// jobTokenPrefix starts every job token, after the prefix that an administrator may have given the whole instance
// (gl:doc/security/tokens). maxInstancePrefix bounds where it may stand, so that no other secret is taken for one.
const (
	jobTokenPrefix    = "glcbt-"
	maxInstancePrefix = 64
)

// Job is what a CI job brings with it: its token, and the hosts that this token is for. The zero Job is no job.
type Job struct {
	Token Secret
	Hosts []JobHost
	// Err is a *BadVariableError for the first variable that lists something else than hosts; the good ones count.
	Err error
}

// JobHost is a host of the job, and how the job's variables spell it (GitLab writes the port even when it is 443, and
// image names in the job are made from that spelling).
type JobHost struct {
	Host  Host
	Spelt string
}

// ReadJob reads the job from the environment (gl:doc/ci/variables/predefined_variables.md): CI_JOB_TOKEN, and the
// hosts CI_REGISTRY, CI_DEPENDENCY_PROXY_SERVER and those that the user lists in GITLABJOB_HOSTS, separated by commas.
// Without a token it is the zero Job.
func ReadJob(getenv func(string) string) Job {
	job := Job{Token: NewSecret(getenv("CI_JOB_TOKEN"))}
	if job.Token.Empty() {
		return Job{}
	}
	seen := make(map[Host]bool)
	add := func(variable, spelt string) {
		host, err := ParseHost(spelt)
		switch {
		case spelt == "" || err == nil && seen[host]:
		case err == nil:
			seen[host] = true
			job.Hosts = append(job.Hosts, JobHost{Host: host, Spelt: spelt})
		case job.Err == nil:
			job.Err = &BadVariableError{Name: variable, Err: err}
		}
	}
	add("CI_REGISTRY", getenv("CI_REGISTRY"))
	add("CI_DEPENDENCY_PROXY_SERVER", getenv("CI_DEPENDENCY_PROXY_SERVER"))
	for spelt := range strings.SplitSeq(getenv("GITLABJOB_HOSTS"), ",") {
		add("GITLABJOB_HOSTS", strings.TrimSpace(spelt))
	}
	return job
}

// Running reports whether there is a job at all.
func (j Job) Running() bool { return !j.Token.Empty() }

// Covers reports whether the job's token is meant for h: exactly that host, with exactly that port.
func (j Job) Covers(h Host) bool {
	for _, own := range j.Hosts {
		if own.Host == h {
			return true
		}
	}
	return false
}

// Over reports whether the job's token is certainly dead at now, and since when: it is a JWT and its "exp" has passed
// by more than a minute. GitLab issues it for the job's timeout and five minutes more (gl:lib/ci/job_token/jwt.rb). The
// claim is not verified, so it may declare the token dead and never alive: a token that cannot be read is not over.
func (j Job) Over(now time.Time) (since time.Time, over bool) {
	const leeway = time.Minute
	exp, ok := jwtExpiry(j.Token)
	return exp, ok && now.After(exp.Add(leeway))
}

// Dies returns when the job's token expires, where it is a JWT that says so. The claim is not verified.
func (j Job) Dies() (at time.Time, known bool) { return jwtExpiry(j.Token) }

// Issued returns since when the job's token is good, where it is a JWT that says so: a clock that stands before that is
// wrong. The claim is not verified.
func (j Job) Issued() (at time.Time, known bool) { return jwtIssue(j.Token) }

// isJobToken reports whether s is this job's token, or looks like any job's.
func (j Job) isJobToken(s Secret) bool {
	if j.Running() && j.Token.Equal(s) {
		return true
	}
	at := strings.Index(s.Reveal(), jobTokenPrefix)
	return 0 <= at && at <= maxInstancePrefix
}

// BadVariableError names the environment variable whose value is unusable.
type BadVariableError struct {
	Name string
	Err  error
}

// Error implements error.
func (e *BadVariableError) Error() string { return fmt.Sprintf("%s: %v", e.Name, e.Err) }

// Unwrap returns what is wrong with the value.
func (e *BadVariableError) Unwrap() error { return e.Err }
