package doctor

import (
	"slices"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/joblog"
)

// explained looks at a site because of a log.
func explained(t *testing.T, s *site, told joblog.Refusal, online bool) (r Report, added bool) {
	t.Helper()
	r = s.diagnose(t, told.Image, nil)
	image, err := clients.ParseImage(told.Image)
	if err != nil {
		t.Fatal(err)
	}
	subjects, err := SubjectsFor(s.Machine, &image)
	if err != nil {
		t.Fatal(err)
	}
	added = r.Explain(told, s.Machine, subjects, online)
	return r, added
}

// keeping is a vault that has a good token for the registry.
func keeping(t *testing.T, secret string) []Kept {
	t.Helper()
	host, err := credentials.ParseHost(registry)
	if err != nil {
		t.Fatal(err)
	}
	life := credentials.Life{Expiry: credentials.ExpiryNever, VerifiedAt: now}
	return []Kept{{Kept: credentials.Kept{Host: host, Life: life}, Secret: credentials.NewSecret(secret)}}
}

// TestExplain: a refusal that nothing here accounts for is an error all the same, with the command that goes on.
func TestExplain(t *testing.T) {
	const (
		image     = registry + "/group/app:1"
		doctor    = "docker-credential-gitlabjob doctor "
		allowlist = "glab api projects/:id/job_token_scope/allowlist"
	)
	const configured = `{"credHelpers": {"registry.example.com": "gitlabjob"}}`
	answering := func(name, secret string) answers {
		return answers{helperName: {Outcome: clients.Found, Username: name, Secret: credentials.NewSecret(secret)}}
	}
	withKept := newSite().docker(configured).helpers(answering("me", "x"))
	withKept.Kept = keeping(t, "x")
	another := newSite().runner(18, 3)
	another.Session.UID, another.Runner.Mine = 1000, false
	inJob := newSite().docker(configured).job("glcbt-64_x").helpers(answering("gitlab-ci-token", "glcbt-64_x"))
	runner := joblog.Refusal{Client: "gitlab-runner", Runner: "16.9.1", Source: "/root/.docker/config.json"}
	for _, tt := range []struct {
		name   string
		site   *site
		told   joblog.Refusal
		online bool
		fix    string
		why    string // a part of it
	}{
		{"a runner's, of another machine", newSite(), runner, false, "sudo " + doctor + image,
			"no gitlab-runner on this machine; run it on the runner's host; it went there with what it found in /root/.docker/config.json"},
		{"the same, in a job", inJob, runner, true, "sudo " + doctor + image, "no gitlab-runner"},
		{"a runner's, with the job's token", newSite(), joblog.Refusal{Client: "gitlab-runner", Source: "job payload (GitLab Registry)"}, false,
			allowlist, "the job's own token, which it went there with, has no right"},
		{"a runner's that is here, for root", another, runner, false, "sudo " + doctor + image, "for root to look at"},
		{"a runner's that is here", newSite().runner(18, 3), runner, false, doctor + "--online " + image, "only GitLab knows"},
		{"the same, after GitLab was asked", newSite().runner(18, 3), runner, true, allowlist, "it has been mended since, or"},
		{"a job's own client", newSite(), joblog.Refusal{Client: "docker", Runner: "18.5.0"}, false,
			"docker-credential-gitlabjob configure", "in the job this helper is not configured, or"},
		{"in the job, with its token", inJob, joblog.Refusal{Client: "docker"}, false, allowlist, "which it goes there with"},
		{"in the job, by a client that is not known", inJob, joblog.Refusal{}, false,
			"docker-credential-gitlabjob configure", "a client was refused for " + image + " (denied: no), and nothing"},
		{"on a laptop", newSite(), joblog.Refusal{Client: "docker"}, false,
			"docker-credential-gitlabjob login " + registry, "docker was refused for " + image + " (denied: no), and nothing"},
		{"on a laptop that has a token", withKept, joblog.Refusal{Client: "podman"}, false,
			"docker-credential-gitlabjob status --check " + registry, "may have died"},
		{"Docker Hub", newSite(), joblog.Refusal{Client: "docker", Image: "alpine:3", Runner: "18.5.0"}, false, "docker login", "Docker Hub"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.told.Word = "denied: no. See https://gitlab.example.com/help"
			if tt.told.Image == "" {
				tt.told.Image = image
			}
			r, added := explained(t, tt.site, tt.told, tt.online)
			if !added || len(r.Findings) == 0 {
				t.Fatalf("%t, %+v", added, r.Findings)
			}
			f := r.Findings[0]
			if f.ID != IDRefused || f.Severity != Error || f.State != Refused || f.Safe || f.Fix != tt.fix {
				t.Errorf("%+v", f)
			}
			if !strings.Contains(f.Message, tt.why) || !strings.Contains(f.Message, "(denied: no)") {
				t.Errorf("%q has no %q", f.Message, tt.why)
			}
		})
	}
}

// TestExplained: what was found already accounts for it, if it is about that registry, or about all.
func TestExplained(t *testing.T) {
	told := joblog.Refusal{Client: "docker", Image: registry + "/group/app:1", Word: "denied: no"}
	const stale = `{"auths": {"https://registry.example.com": {"auth": "AUTH(gitlab-ci-token:glcbt-64_x)"}}}`
	lost := newSite()
	lost.Session.LostJob = true
	for name, s := range map[string]*site{
		"stale": newSite().docker(stale), "no JSON": newSite().docker(`{"auths": `), "sudo": lost,
		"no helper": newSite().docker(`{"credHelpers": {"registry.example.com": "gitlabjob"}}`).helpers(answers{}),
	} {
		before := ids(s.diagnose(t, told.Image, nil))
		if r, added := explained(t, s, told, false); added || len(before) == 0 || !slices.Equal(ids(r), before) {
			t.Errorf("%s: %q, before %q", name, ids(r), before)
		}
	}
	valid := newSite().docker(`{"auths": {"registry.example.com": {"auth": "AUTH(me:glpat-x)"}}}`)
	valid.Kept = keeping(t, "glpat-x")
	chosen := newSite()
	chosen.Session.Chosen, chosen.Session.VaultErr, chosen.Session.VaultFix = true, errNotRead, "unset GITLABJOB_KEYRING"
	gone := newSite()
	gone.Program.OnPath = ""
	for name, c := range map[string]struct {
		site *site
		told joblog.Refusal
		want string
	}{
		"a warning about something else":         {chosen, joblog.Refusal{Client: "docker"}, "refused error, vault warning GITLABJOB_KEYRING"},
		"an error that is of this machine":       {gone, joblog.Refusal{Client: "docker"}, "helper-missing error"},
		"the same, and a runner that is not":     {gone, joblog.Refusal{Client: "gitlab-runner"}, "helper-missing error, refused error"},
		"the same, and a job that is not":        {gone, joblog.Refusal{Client: "docker", Runner: "18.5.0"}, "helper-missing error, refused error"},
		"the same, and a good login in the open": {valid, joblog.Refusal{Client: "docker"}, "plaintext-credential warning /root/.docker/config.json registry.example.com, refused error"},
	} {
		c.told.Image, c.told.Word = registry+"/group/app:1", "denied: no"
		r, _ := explained(t, c.site, c.told, false)
		if got := strings.Join(ids(r), ", "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
