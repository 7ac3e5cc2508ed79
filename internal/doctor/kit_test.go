package doctor

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabrunner"
)

// now is when the tests take place.
var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// registry is what most tests are about.
const registry = "registry.example.com"

// config returns the text of a file in which AUTH(user:secret) stands for the base64 of that.
func config(text string) []byte {
	for {
		before, rest, ok := strings.Cut(text, "AUTH(")
		if !ok {
			return []byte(text)
		}
		plain, after, _ := strings.Cut(rest, ")")
		text = before + base64.StdEncoding.EncodeToString([]byte(plain)) + after
	}
}

// answers are helpers that answer out of a table: NAME, then what it answers whoever asks.
type answers map[string]clients.HelperAnswer

func (a answers) Get(name, _ string) clients.HelperAnswer {
	if answer, ok := a[name]; ok {
		return answer
	}
	return clients.HelperAnswer{Outcome: clients.Missing}
}

func (a answers) List(name string) ([]string, clients.HelperAnswer) {
	answer := a.Get(name, "")
	if answer.Outcome != clients.Found {
		return nil, answer
	}
	return []string{registry}, answer
}

var nothing = clients.HelperAnswer{Outcome: clients.NotFound}

// site is a machine in the making.
type site struct{ Machine }

// newSite is a machine of one user, who has this helper on the PATH and nothing else.
func newSite() *site {
	s := &site{}
	s.Users = []User{{Name: "root", Mine: true, home: "/root", Places: clients.Places{Helpers: answers{helperName: nothing}}}}
	s.Program = Program{
		Self: "/usr/local/bin/" + program, OnPath: "/usr/local/bin/" + program, InSystem: "/usr/local/bin/" + program, Mine: "1", Version: "1",
	}
	return s
}

// docker gives the user a config.json.
func (s *site) docker(text string) *site {
	u := &s.Users[0]
	f := &clients.File{Path: u.home + "/.docker/config.json", Text: config(text)}
	u.Places.Docker, u.Places.HomeDocker = f, f
	u.Files = append(u.Files, &Place{File: f, Format: DockerFile})
	return s
}

// helpers sets what helpers answer.
func (s *site) helpers(a answers) *site {
	s.Users[0].Places.Helpers = a
	return s
}

// runner gives the machine a gitlab-runner of that version, which pulls with the first user's files.
func (s *site) runner(major, minor int) *site {
	u := &s.Users[0]
	u.Pulls = true
	version := gitlabrunner.Version{Major: major, Minor: minor}
	s.Runner = Runner{
		Found: true, User: u.Name, Mine: u.Mine, Version: &version,
		Pulls: []clients.Places{{
			HomeDocker: u.Places.HomeDocker, DockerCfg: u.Places.DockerCfg, Helpers: u.Places.Helpers,
		}},
	}
	return s
}

// job puts the process into a job of the registry.
func (s *site) job(token string) *site {
	s.Job = credentials.ReadJob(func(name string) string {
		return map[string]string{"CI_JOB_TOKEN": token, "CI_REGISTRY": registry}[name]
	})
	return s
}

// other adds another user, who has a config.json.
func (s *site) other(name, text string) *site {
	f := &clients.File{Path: "/home/" + name + "/.docker/config.json", Text: config(text)}
	s.Users = append(s.Users, User{
		Name: name, home: "/home/" + name, Files: []*Place{{File: f, Format: DockerFile}},
		Places: clients.Places{Docker: f, HomeDocker: f, Helpers: unknown{}},
	})
	return s
}

// diagnose looks at the machine, for the image or for all.
func (s *site) diagnose(t *testing.T, image string, asked map[Asked]Verdict) Report {
	t.Helper()
	var about *clients.Image
	if image != "" {
		parsed, err := clients.ParseImage(image)
		if err != nil {
			t.Fatal(err)
		}
		about = &parsed
	}
	subjects, err := SubjectsFor(s.Machine, about)
	if err != nil {
		t.Fatal(err)
	}
	return Diagnose(s.Machine, subjects, Judge{Job: s.Job, Now: now, Kept: s.Kept, Asked: asked})
}

// ids returns what was found, as "id severity path key", sorted.
func ids(r Report) []string {
	var all []string
	for _, f := range r.Findings {
		all = append(all, strings.TrimSpace(strings.Join([]string{f.ID, string(f.Severity), f.Path, f.Key}, " ")))
	}
	slices.Sort(all)
	return all
}

// row returns what one client does.
func row(t *testing.T, r Report, client clients.Client, user string) Row {
	t.Helper()
	for _, one := range r.Rows {
		if one.Client == client && one.User == user {
			return one
		}
	}
	t.Fatalf("no row for %s of %s in %+v", client, user, r.Rows)
	return Row{}
}
