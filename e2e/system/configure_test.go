package system

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// The story that this project exists for, mended by one command in the job: a stale entry, spelt as it must not be, and
// no helper.
func TestConfigureInAJob(t *testing.T) {
	url := "https://" + lab.registry
	for name, c := range map[string]struct {
		stale   string
		stays   bool // it is no job token, and in a job nobody is asked what it is
		clients []client
	}{
		"the token of a job that is over": {stale: lab.secret("glcbt-64_"), clients: clients},
		"a JWT of a job that is over": {
			stale: lab.guard(gitlabtest.JobJWT(time.Now().Add(-2*time.Hour), time.Hour)), clients: clients[:1],
		},
		"an expired PAT": {stale: lab.token(expiredToken()), stays: true, clients: clients},
	} {
		t.Run(name, func(t *testing.T) {
			username, token := "gitlab-ci-token", lab.secret("glcbt-64_")
			if c.stays {
				username = "me"
			}
			job := newAccount(t)
			job.startJob(t, token)
			others := map[string]string{"registry.example.com": basic("me", "nobody's business here")}
			seeded := map[string]string{url: basic(username, c.stale)}
			seeded["registry.example.com"] = others["registry.example.com"]
			job.configure(t, dockerConfig(seeded))
			clients[0].fetch(t, job, lab.image).fails(t, gitlabtest.AccessDenied)
			if job.asked(t, "get") {
				t.Error("the helper was asked before anybody has named it")
			}

			left := others
			said := `took out "` + url + `": a job token, which dies with its job`
			if c.stays {
				left, said = seeded, `"`+url+`" stays: it is no job token`
				lab.plant(job.ConfigPath())
			}
			job.configuresAlone(t).says(t, said)
			want := dockerConfig(left, lab.registry, strings.TrimPrefix(lab.gitlab.URL, "http://"))
			job.configIs(t, want)

			for _, client := range c.clients {
				t.Run(client.name, func(t *testing.T) {
					seen := watchSignIns()
					client.fetch(t, job, lab.image).succeeds(t)
					if !seen.carried(token) || seen.carried(c.stale) {
						t.Errorf("the job's token was used: %t; the stale one: %t", seen.carried(token), seen.carried(c.stale))
					}
				})
			}
			t.Run("docker login and docker logout", func(t *testing.T) {
				seen := watchSignIns()
				job.run(t, "", lab.docker, "login", lab.registry).succeeds(t)
				if !seen.carried(token) || !job.asked(t, "store") {
					t.Error("docker login did not use the helper")
				}
				job.logout(t)
				if c.stays { // Docker itself takes out the entries of the host and of its two URLs
					want = dockerConfig(others, lab.registry, strings.TrimPrefix(lab.gitlab.URL, "http://"))
				}
				job.configIs(t, want)
			})
		})
	}
}

// configuresAlone runs `configure` under strace, and fails the test unless it works without a network, without another
// program and without GitLab.
func (a *account) configuresAlone(t *testing.T) outcome {
	t.Helper()
	before := len(lab.gitlab.Seen())
	to := filepath.Join(fresh(t, a), "strace")
	o := a.run(t, "", "strace", "--follow-forks", "--output="+to, "--trace=%network,execve", lab.helper, "configure").
		succeeds(t)
	data, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	calls := strings.Split(string(data), "\n")
	if network := containing(calls, "socket(", "connect("); network != nil {
		t.Errorf("it uses the network:\n%s", strings.Join(network, "\n"))
	}
	if programs := containing(calls, "execve("); len(programs) != 1 {
		t.Errorf("it starts programs:\n%s", strings.Join(programs, "\n"))
	}
	if asked := lab.gitlab.Seen()[before:]; len(asked) > 0 {
		t.Errorf("GitLab was asked: %v", asked)
	}
	return o
}

// expiredToken is a personal access token of which GitLab says that it has expired.
func expiredToken() gitlabtest.Token {
	token := goodToken()
	token.ExpiresAt = day(-1)
	return token
}

// dockerConfig is a config.json as Docker itself lays it out, with plaintext by key and with this helper for hosts.
func dockerConfig(plaintext map[string]string, hosts ...string) string {
	type auth struct {
		Auth string `json:"auth,omitempty"`
	}
	config := struct {
		Auths       map[string]auth   `json:"auths"`
		CredHelpers map[string]string `json:"credHelpers,omitempty"`
	}{make(map[string]auth), make(map[string]string)}
	for key, text := range plaintext {
		config.Auths[key] = auth{text}
	}
	for _, host := range hosts {
		config.CredHelpers[host] = "gitlabjob"
	}
	text, err := json.MarshalIndent(config, "", "\t")
	if err != nil {
		panic(err) // there are only strings in it
	}
	return string(text)
}

// runConfigure runs the program's verb for people.
func (a *account) runConfigure(t *testing.T, args ...string) outcome {
	t.Helper()
	return a.run(t, "", kit.Program, append([]string{"configure"}, args...)...)
}

// configIs fails the test unless Docker's config file has that very text, and none of our files is left beside it.
func (a *account) configIs(t *testing.T, want string) {
	t.Helper()
	if got := a.config(t); got != want {
		t.Errorf("config.json is\n%s\nand not\n%s", got, want)
	}
	dir, name := filepath.Split(a.ConfigPath())
	beside := slices.DeleteFunc(namesIn(t, dir), func(s string) bool { return s == name || !strings.Contains(s, name) })
	if len(beside) > 0 {
		t.Errorf("beside config.json there are %q", beside)
	}
}

// namesIn returns the names in a directory.
func namesIn(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}
