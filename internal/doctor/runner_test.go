package doctor

import (
	"slices"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabrunner"
)

// TestRunnerFindings: what goes wrong between gitlab-runner and helpers, and is as it should be.
func TestRunnerFindings(t *testing.T) {
	const named = `{"credHelpers": {"registry.example.com": "gitlabjob"}}`
	crashing := answers{helperName: {Outcome: clients.Failed, Text: crashed + "exit status 1"}}
	onMiss := answers{helperName: {Outcome: clients.Failed, Text: "gitlabjob: no token is kept for registry.example.com"}}
	for name, tt := range map[string]struct {
		site *site
		want []string
		fix  string
	}{
		"it has nothing, and the job's token is next": {site: newSite().docker(named).runner(18, 3)},
		"before 18.3": {
			site: newSite().docker(named).runner(18, 2),
			want: []string{"runner-anonymous error " + own + " registry.example.com"},
			fix:  program + " configure --runner --systemd registry.example.com && ",
		},
		"before 18.3, and no version is known": {
			site: newSite().docker(named).runner(0, 0),
			want: []string{"runner-anonymous error " + own + " registry.example.com"},
			fix:  program + " configure --runner --systemd --runner-version 18.2 registry.example.com && ",
		},
		"before 18.3, set up by configure": {site: newSite().docker(named).helpers(onMiss).ofRunnerOnly(18, 2)},
		"a helper that crashes": {
			site: newSite().docker(named).helpers(crashing).ofRunnerOnly(18, 3),
			want: []string{"helper-failed error " + own}, fix: "install ",
		},
		"a helper that is not there": {
			site: newSite().docker(named).helpers(answers{}).ofRunnerOnly(18, 3),
			want: []string{"helper-missing error " + own}, fix: "install ",
		},
		"a helper for another registry, over which a login is lost": {
			site: newSite().docker(`{"auths": {"docker.io": {"auth": "AUTH(me:pw)"}}, "credHelpers": {"ecr.example.com": "gone"}}`).
				ofRunnerOnly(18, 3),
			want: []string{"other-helper error " + own + " ecr.example.com", "plaintext-credential warning " + own + " docker.io"},
		},
		"a helper that is not allowed": {
			site: newSite().docker(named).ofRunnerOnly(19, 4).variable(named),
			want: []string{"helper-not-allowed error /etc/gitlab-runner/config.toml registry.example.com"},
			fix:  "${EDITOR:-vi} /etc/gitlab-runner/config.toml",
		},
		"the same before 19.4": {site: newSite().docker(named).ofRunnerOnly(19, 0).variable(named)},
	} {
		t.Run(name, func(t *testing.T) {
			if tt.site.Runner.Version.Major == 0 {
				tt.site.Runner.Version = nil
			}
			image := registry
			if strings.Contains(name, "a login is lost") {
				image = "docker.io/app"
			}
			r := tt.site.diagnose(t, image, nil)
			if got := ids(r); !slices.Equal(got, tt.want) {
				t.Fatalf("found %q\nwant  %q\n%+v", got, tt.want, r.Findings)
			}
			for _, f := range r.Findings {
				if !strings.HasPrefix(f.Fix, tt.fix) {
					t.Errorf("%s: %s", f.ID, f.Fix)
				}
			}
		})
	}
}

// ofRunnerOnly lets gitlab-runner alone ask the helpers: the user has none but a good one.
func (s *site) ofRunnerOnly(major, minor int) *site {
	s.runner(major, minor)
	s.Users[0].Places.Helpers = answers{helperName: nothing, "gone": nothing}
	s.Program.Self = "/opt/" + program
	return s
}

// variable lets gitlab-runner's config file set a DOCKER_AUTH_CONFIG.
func (s *site) variable(text string) *site {
	f := &clients.File{Path: "/etc/gitlab-runner/config.toml", Text: config(text)}
	s.Runner.Files, s.Runner.Allowed = []*Place{{File: f, Format: RunnerEnv}}, [][]string{nil}
	s.Runner.Configs = []RunnerConfig{{Path: f.Path, User: "root", Config: gitlabrunner.Config{}}}
	return s
}
