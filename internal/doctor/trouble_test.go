package doctor

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
)

// TestTroubleIsFound: wherever the picture shows that a client stops, or cannot read what it needs, there is a finding.
func TestTroubleIsFound(t *testing.T) {
	texts := []string{
		`{`, `[]`, `null`, `{"auths": 3}`, `{"auths": {"R": 3}}`, `{"auths": {"R": {"auth": "?"}}}`, `{} {`, "\x00",
		`{"auths": {"quay.io": {"auth": "!!!"}}, "credHelpers": {"R": "gitlabjob"}}`,
		`{"auths": {"R": {"auth": "AUTH(me:glpat-aaaaaaaaaaaaaaaaaaaa)"}}, "psFormat": 3}`,
		`{"auths": {"quay.io": {"auth": "AUTH(me:pw)"}}, "credHelpers": {"ecr.example.com": "gone"}}`,
		`{"auths": {"R": {"auth": "AUTH(me:pw)"}}, "credHelpers": {"ecr.example.com": "gone"}}`,
		`{"credHelpers": {"R": "gone"}}`, `{"credHelpers": {"R": "../gitlabjob"}}`, `{"credsStore": "gone"}`,
		`{"R": {"auth": "?"}}`, `{"R": 3}`,
	}
	formats := []Format{DockerFile, AuthFile, BareFile, Variable, RunnerEnv}
	for _, format := range formats {
		for _, text := range texts {
			for _, image := range []string{registry + "/group/app", "quay.io/app"} {
				t.Run(fmt.Sprintf("%s %s %s", format, text, image), func(t *testing.T) {
					r := newSite().place(format, strings.ReplaceAll(text, "R", registry)).diagnose(t, image, nil)
					trouble := slices.IndexFunc(r.Rows, func(r Row) bool {
						return r.Stops || r.State == Unreadable || r.Failed != nil && r.Source != clients.FromJob
					})
					if trouble >= 0 && len(r.Findings) == 0 {
						t.Errorf("nothing was found of %+v", r.Rows[trouble])
					}
				})
			}
		}
	}
}

// place gives the user, or a gitlab-runner that pulls as the user, one more place.
func (s *site) place(format Format, text string) *site {
	u := &s.Users[0]
	f := &clients.File{Path: "/root/" + string(format), Text: config(text)}
	p := &u.Places
	switch format {
	case DockerFile:
		p.Docker, p.HomeDocker = f, f
	case AuthFile:
		p.ConfigAuth = f
	case BareFile:
		p.DockerCfg = f
	case Variable:
		p.AuthConfig = f
	default:
	}
	s.runner(19, 4)
	if format == RunnerEnv {
		s.Runner.Files = []*Place{{File: f, Format: format}}
		s.Runner.Allowed = [][]string{nil}
		s.Runner.Pulls[0].AuthConfig = f
		return s
	}
	u.Files = append(u.Files, &Place{File: f, Format: format})
	return s
}

// TestRunnerOfAnotherUser: what gitlab-runner's own config file sets counts, whoever gitlab-runner runs as.
func TestRunnerOfAnotherUser(t *testing.T) {
	s := newSite()
	s.Users = append(s.Users, User{
		Name: "gitlab-runner", Pulls: true, home: "/home/gitlab-runner", Places: clients.Places{Helpers: unknown{}},
	})
	f := &clients.File{
		Path: "/etc/gitlab-runner/config.toml",
		Text: config(`{"auths": {"registry.example.com": {"auth": "AUTH(gitlab-ci-token:glcbt-64_x)"}}}`),
	}
	s.Runner = Runner{
		Found: true, User: "gitlab-runner", Files: []*Place{{File: f, Format: RunnerEnv}}, Allowed: [][]string{nil},
		Pulls: []clients.Places{{Helpers: unknown{}, AuthConfig: f}},
	}
	want := []string{"stale-credential error /etc/gitlab-runner/config.toml registry.example.com"}
	for _, image := range []string{"", registry} {
		if got := ids(s.diagnose(t, image, nil)); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", image, got, want)
		}
	}
}

// TestTokensInTheWrongPlace: a token that was pasted into a key or a username is as secret as elsewhere.
func TestTokensInTheWrongPlace(t *testing.T) {
	const token = "glpat-aaaaaaaaaaaaaaaaaaaa"
	for _, text := range []string{
		`{"auths": {"R": {"auth": "AUTH(` + token + `:x)"}}}`,
		`{"auths": {"R": {"auth": "AUTH(` + token + `:` + token + `)"}}}`,
		`{"auths": {"R/` + token + `": {"auth": "AUTH(me:` + token + `)"}}}`,
		`{"auths": {"https://` + token + `@R": {"auth": "AUTH(me:` + token + `)"}}}`,
		`{"auths": {"R": {"username": "` + token + `", "password": "x"}, "https://R": {"auth": "AUTH(gitlab-ci-token:b)"}}}`,
	} {
		r := newSite().docker(strings.ReplaceAll(text, "R", registry)).runner(18, 3).diagnose(t, "", nil)
		for _, row := range r.Rows {
			shown := []string{row.Image, row.Origin(), row.Reason()}
			for _, s := range append(append([]Shown{row.Shown}, row.Rivals...), row.Shadows...) {
				shown = append(shown, s.Username, s.Why, s.Origin())
			}
			if strings.Contains(fmt.Sprint(shown), token) {
				t.Errorf("%s: %s", text, shown)
			}
		}
		if all := fmt.Sprint(r.Findings); strings.Contains(all, token) {
			t.Errorf("%s: %s", text, all)
		}
	}
}
