package doctor

import (
	"slices"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
)

const own = "/root/.docker/config.json"

// TestFindings: each trap, as it stands in a file or a variable, and what is found of it.
func TestFindings(t *testing.T) {
	host, err := credentials.ParseHost(registry)
	if err != nil {
		t.Fatal(err)
	}
	pat := credentials.NewSecret("glpat-aaaaaaaaaaaaaaaaaaaa")
	for _, tt := range []struct {
		name  string
		site  *site
		image string
		asked map[Asked]Verdict
		want  []string
	}{
		{name: "nothing", site: newSite()},
		{name: "only this helper", site: newSite().docker(`{"credHelpers": {"registry.example.com": "gitlabjob"}}`)},
		{
			name: "another registry's login", site: newSite().docker(`{"auths": {"ghcr.io": {"auth": "AUTH(me:pw)"}}}`),
		},
		{
			name: "a job token under an alias",
			site: newSite().docker(`{"auths": {"https://registry.example.com": {"auth": "AUTH(gitlab-ci-token:glcbt-64_x)"}}}`),
			want: []string{"stale-credential error " + own + " https://registry.example.com"},
		},
		{
			name: "the same behind this helper: only gitlab-runner uses it",
			site: newSite().docker(`{"auths": {"https://registry.example.com": {"auth": "AUTH(gitlab-ci-token:glcbt-64_x)"}},
				"credHelpers": {"registry.example.com": "gitlabjob"}}`).runner(18, 3),
			want: []string{"stale-credential error " + own + " https://registry.example.com"},
		},
		{
			name: "the same without a gitlab-runner: nobody uses it",
			site: newSite().docker(`{"auths": {"https://registry.example.com": {"auth": "AUTH(gitlab-ci-token:glcbt-64_x)"}},
				"credHelpers": {"registry.example.com": "gitlabjob"}}`),
			want: []string{"stale-credential warning " + own + " https://registry.example.com"},
		},
		{
			name: "a token for a group",
			site: newSite().docker(`{"auths": {"registry.example.com/group": {"auth": "AUTH(me:glpat-aaaaaaaaaaaaaaaaaaaa)"}}}`),
			want: []string{"plaintext-credential warning " + own + " registry.example.com/group"},
		},
		{
			name:  "GitLab calls it expired",
			site:  newSite().docker(`{"auths": {"registry.example.com": {"auth": "AUTH(me:glpat-aaaaaaaaaaaaaaaaaaaa)"}}}`),
			asked: map[Asked]Verdict{{host, "me", pat}: {State: Expired, Why: "GitLab refuses it"}},
			want:  []string{"stale-credential error " + own + " registry.example.com"},
		},
		{
			name: "GitLab takes it: in plaintext all the same",
			site: newSite().docker(`{"auths": {"registry.example.com": {"auth": "AUTH(me:glpat-aaaaaaaaaaaaaaaaaaaa)"}}}`).
				runner(19, 0),
			asked: map[Asked]Verdict{{host, "me", pat}: {State: Valid}},
			want:  []string{"plaintext-credential error " + own + " registry.example.com"},
		},
		{
			name: "two spellings, two users: by chance",
			site: newSite().docker(`{"auths": {"https://registry.example.com": {"auth": "AUTH(a:glpat-aaaaaaaaaaaaaaaaaaaa)"},
				"registry.example.com/": {"auth": "AUTH(b:glpat-bbbbbbbbbbbbbbbbbbbb)"}}}`),
			want: []string{
				"plaintext-credential warning " + own + " https://registry.example.com",
				"plaintext-credential warning " + own + " registry.example.com/",
				"unstable-credential error " + own + " https://registry.example.com",
			},
		},
		{
			name: "an empty mark, which gitlab-runner takes for a credential", image: registry + "/group/app",
			site: newSite().docker(`{"auths": {"https://registry.example.com": {}},
				"credHelpers": {"registry.example.com": "gitlabjob"}}`).runner(18, 3),
			want: []string{"empty-credential error " + own + " https://registry.example.com"},
		},
		{
			name: "the helper has nothing, and gitlab-runner is old", image: registry + "/group/app",
			site: newSite().docker(`{"credHelpers": {"registry.example.com": "gitlabjob"}}`).runner(18, 2),
			want: []string{"runner-anonymous error " + own + " registry.example.com"},
		},
		{
			name: "the helper is not on the PATH",
			site: newSite().docker(`{"credHelpers": {"registry.example.com": "gitlabjob"}}`).helpers(answers{}),
			want: []string{"helper-missing error " + own},
		},
		{
			name: "the helper says that the token has expired",
			site: newSite().docker(`{"credHelpers": {"registry.example.com": "gitlabjob"}}`).
				helpers(answers{helperName: {Outcome: clients.Failed, Text: "the token has expired"}}),
			want: []string{"helper-failed error " + own + " registry.example.com"},
		},
		{
			name: "a credsStore that is not installed", image: registry,
			site: newSite().docker(`{"credsStore": "desktop"}`),
			want: []string{"other-helper error " + own + " credsStore"},
		},
		{
			name: "a credsStore with a login of its own", image: registry,
			site: newSite().docker(`{"credsStore": "desktop"}`).helpers(answers{"desktop": {
				Outcome: clients.Found, Username: "me", Secret: pat,
			}}),
		},
		{
			name: "the same, in the place of the job's token", image: registry,
			site: newSite().docker(`{"credsStore": "desktop"}`).helpers(answers{"desktop": {
				Outcome: clients.Found, Username: "me", Secret: pat,
			}}).job("glcbt-64_job"),
			want: []string{"other-helper error " + own + " credsStore"},
		},
		{
			name: "Docker does not ask for the job's token",
			site: newSite().docker(`{}`).job("glcbt-64_job"),
			want: []string{"not-configured error " + own},
		},
		{
			name: "a second user's file",
			site: newSite().other("bob", `{"auths": {"registry.example.com": {"auth": "AUTH(gitlab-ci-token:glcbt-64_x)"}}}`),
			want: []string{"stale-credential error /home/bob/.docker/config.json registry.example.com"},
		},
		{
			name: "no JSON", site: newSite().docker(`{"auths": `),
			want: []string{"malformed-file error " + own},
		},
		{
			name: "an entry that spoils the file",
			site: newSite().docker(`{"auths": {"registry.example.com": {"auth": "AUTH(nocolon)"}},
				"credHelpers": {"registry.example.com": "gitlabjob"}}`),
			want: []string{"unreadable-credential error " + own + " registry.example.com"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := tt.site.diagnose(t, tt.image, tt.asked)
			if got := ids(r); !slices.Equal(got, tt.want) {
				t.Errorf("found %q\nwant  %q", got, tt.want)
			}
			for _, f := range r.Findings {
				if f.Fix == "" || f.Message == "" || strings.Contains(f.Message, "glpat-") || strings.Contains(f.Fix, "glpat-") {
					t.Errorf("%s: %q, %q", f.ID, f.Message, f.Fix)
				}
			}
		})
	}
}

// TestRows: what the story looks like: the stale entry wins over the job's own token, and is said to hide it.
func TestRows(t *testing.T) {
	s := newSite().docker(`{"auths": {"https://registry.example.com": {"auth": "AUTH(gitlab-ci-token:glcbt-64_x)"}}}`).
		runner(18, 2)
	r := s.diagnose(t, registry+"/group/app:1", nil)
	got := row(t, r, clients.Runner, "root")
	if got.Rules != rulesBefore || got.Source != clients.FromFile || got.Path != own ||
		got.Key != "https://registry.example.com" || got.Kind != credentials.KindJob || got.State != Stale {
		t.Errorf("gitlab-runner: %+v", got)
	}
	if len(got.Shadows) != 1 || got.Shadows[0].Source != clients.FromJob || got.Shadows[0].State != Valid {
		t.Errorf("it hides %+v", got.Shadows)
	}
	if f := r.Findings[0]; !strings.HasSuffix(f.Message,
		"docker, gitlab-runner, podman, crane, buildkit and oras use it in the place of the job's own token") {
		t.Error(f.Message)
	}
}

// TestUnknownRunner: by both rules where the version is not known.
func TestUnknownRunner(t *testing.T) {
	s := newSite().docker(`{"credHelpers": {"registry.example.com": "gitlabjob"}}`).runner(0, 0)
	s.Runner.Version = nil
	var rules []string
	for _, one := range s.diagnose(t, registry, nil).Rows {
		if one.Client == clients.Runner {
			rules = append(rules, one.Rules+" "+string(one.Source))
		}
	}
	if want := []string{">=18.3 job-token", "<18.3 empty"}; !slices.Equal(rules, want) {
		t.Errorf("%q, want %q", rules, want)
	}
}
