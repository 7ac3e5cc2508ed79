package system

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// trap is one way in which a pull goes wrong, and where doctor finds it.
type trap struct{ name, id, user, path, key, says string }

// Ten traps on one runner's host: one look names all of them, the commands that stand with them mend them, and then
// every client of every user pulls.
func TestDoctorNamesTenTraps(t *testing.T) {
	m := newMachine(t)
	traps, secrets := m.layTraps(t)
	r, shown := m.diagnose(t, "--online"), m.doctor(t, "--online")
	if len(r.Findings) != len(traps) {
		t.Errorf("there are %d findings", len(r.Findings))
	}
	for _, trap := range traps {
		t.Run(trap.name, func(t *testing.T) {
			f := r.finds(t, trap.id, trap.path, trap.key)
			if f.User != trap.user || !strings.Contains(f.Message, trap.says) {
				t.Errorf("it is %+v", f)
			}
			shown.says(t, f.Message, "run: "+f.Fix)
		})
	}
	m.mends(t, r.Findings, secrets)
	for _, name := range slices.Sorted(maps.Keys(m.users)) {
		user, token := m.users[name], lab.secret("glcbt-64_")
		user.startJob(t, token)
		for _, c := range clients {
			t.Run(name+", "+c.name, func(t *testing.T) {
				seen := watchSignIns()
				if c.fetch(t, user, lab.image).succeeds(t); !seen.carried(token) {
					t.Error("the job's token was not used")
				}
			})
		}
	}
}

// The last first, so that no command finds its work done by one that mends more.
func TestDoctorsCommandsMendOneByOne(t *testing.T) {
	m := newMachine(t)
	_, secrets := m.layTraps(t)
	findings := m.diagnose(t, "--online").Findings
	slices.Reverse(findings[1:]) // the helper is what all other commands need
	m.mends(t, findings, secrets)
}

// mends runs each command that stands with a finding, as it stands there, and fails the test unless it mends that. In
// the end nothing is wrong, and none of the secrets is left on the machine.
func (m *machine) mends(t *testing.T, findings []finding, secrets []string) {
	t.Helper()
	quiet := m.doctor(t, "--quiet", "--online").fails(t)
	if quiet.stdout != "" || strings.Count(quiet.stderr, "error: gitlabjob: ") != len(findings) {
		t.Errorf("%d findings, and a timer's log has %v", len(findings), quiet)
	}
	var done []string
	for _, f := range findings {
		if !slices.Contains(done, f.Fix) {
			m.root.run(t, "", "sh", "-c", f.Fix) // it fails where it mends what it is for, and others are left
			done = append(done, f.Fix)
		}
		left := m.diagnose(t, "--online").Findings
		if slices.ContainsFunc(left, func(l finding) bool { return l.ID == f.ID && l.Path == f.Path && l.Key == f.Key }) {
			t.Errorf("%q does not mend %s in %s [%s]: %+v", f.Fix, f.ID, f.Path, f.Key, left)
		}
	}
	m.doctor(t, "--online").succeeds(t).says(t, "\nnothing is wrong\n")
	m.doctor(t, "--quiet", "--online").succeeds(t).saysAlone(t, "")
	if left := m.diagnose(t, "--online").Findings; len(left) > 0 {
		t.Errorf("there are %+v", left)
	}
	for _, secret := range secrets {
		nothingReadable(t, m.dir, secret)
	}
}

// layTraps lays them, and returns the secrets that are in them.
func (m *machine) layTraps(t *testing.T) (traps []trap, secrets []string) {
	t.Helper()
	const (
		rootConfig, aliceConfig = "/root/.docker/config.json", "/home/alice/.docker/config.json"
		aliceAuth, bobConfig    = "/home/alice/.config/containers/auth.json", "/home/bob/.docker/config.json"
		toml                    = "/etc/gitlab-runner/config.toml"
	)
	host := lab.registry
	auth := func(username, secret string) string {
		secrets = append(secrets, secret)
		return basic(username, secret)
	}
	revoked, noRight := goodToken(), goodToken()
	revoked.Revoked, noRight.Scopes = true, []string{"read_user"}
	overJob := lab.guard(gitlabtest.JobJWT(time.Now().Add(-2*time.Hour), time.Hour))

	m.hasRunner(t, "18.3.0", auths(host, auth("gitlab-ci-token", lab.secret("glcbt-64_"))))
	m.user(t, "alice", 1001)
	m.user(t, "bob", 1002)
	m.write(t, rootConfig, withStore(dockerConfig(map[string]string{
		"https://" + host: auth("me", lab.secret("glpat-")), host + "/group": auth("me", lab.token(noRight)),
	})), 0o600)
	secrets = append(secrets, lab.secret("glpat-"))
	m.hasStore(t, host, "me", secrets[len(secrets)-1])
	m.write(t, aliceConfig, auths(host, auth("gitlab+deploy-token-1", lab.secret("gldt-"))), 0o600)
	m.write(t, aliceAuth, auths(host, auth("gitlab-ci-token", overJob)), 0o600)
	m.write(t, bobConfig, dockerConfig(map[string]string{
		host: auth("gitlab-ci-token", lab.secret("glcbt-64_")), host + "/group/app": auth("me", lab.token(expiredToken())),
		"http://" + host: auth("me", lab.token(revoked)),
	}), 0o600)
	for _, path := range []string{rootConfig, aliceConfig, aliceAuth, bobConfig, toml, "/root/store"} {
		lab.plant(m.path(path))
	}
	const stale = "stale-credential"
	return []trap{
		{"alias key", stale, "root", rootConfig, "https://" + host, "is dead: GitLab refuses it: it is not known there"},
		{"path-scoped key", stale, "root", rootConfig, host + "/group", "is dead: GitLab refuses it: it has no registry"},
		{"second user's file", stale, "alice", aliceConfig, host, "a deploy token in plaintext that is dead: GitLab"},
		{"auth.json", stale, "alice", aliceAuth, host, "a job token that a job has left behind"},
		{"DOCKER_AUTH_CONFIG of the runner", stale, "root", toml, host, "gitlab-runner uses it in the place of"},
		{"dead job token", stale, "bob", bobConfig, host, "a job token that a job has left behind"},
		{"expired PAT", stale, "bob", bobConfig, host + "/group/app", "is dead: GitLab refuses it: it has expired"},
		{"revoked PAT", stale, "bob", bobConfig, "http://" + host, "is dead: GitLab refuses it: it was revoked"},
		{"helper not on PATH", "helper-missing", "", "", "", "is not on the PATH"},
		{"credsStore in the way", "other-helper", "root", rootConfig, "credsStore", "docker-credential-desktop"},
	}, secrets
}

// withStore adds a credsStore to a config file.
func withStore(text string) string {
	return strings.Replace(text, "{", "{\n\t\"credsStore\": \"desktop\",", 1)
}

// hasStore gives the machine a credential helper with one login in it.
func (m *machine) hasStore(t *testing.T, host, username, secret string) {
	t.Helper()
	m.write(t, "/root/store", fmt.Sprintf(`{"ServerURL":%q,"Username":%q,"Secret":%q}`, host, username, secret), 0o600)
	m.program(t, "docker-credential-desktop", `
has() { [ -e /root/store ]; }
case $1 in
get) has && [ "$(cat)" = `+host+` ] && cat /root/store && exit 0
	echo credentials not found in native keychain && exit 1 ;;
list) has && echo '{"`+host+`":"`+username+`"}' || echo '{}' ;;
erase) [ "$(cat)" != `+host+` ] || rm -f /root/store ;;
esac`)
}

// hasRunner gives the machine a gitlab-runner of that version, which runs as root and sets DOCKER_AUTH_CONFIG for jobs.
func (m *machine) hasRunner(t *testing.T, version, authConfig string) {
	t.Helper()
	m.write(t, "/etc/systemd/system/gitlab-runner.service", runnerUnit, 0o644)
	m.write(t, "/etc/gitlab-runner/config.toml", `concurrent = 4

[[runners]]
  name = "shared"
  url = "`+lab.gitlab.URL+`"
  executor = "docker"
  environment = ["GITLABJOB_OPTIONAL=1", 'DOCKER_AUTH_CONFIG=`+authConfig+`']
  [runners.docker]
    image = "alpine:3"
`, 0o600)
	m.program(t, "gitlab-runner", `[ "$*" = --version ] && printf 'Version:      `+version+`\nGit revision: 1b659122\n'`)
	if err := os.Chmod(m.path("etc/gitlab-runner"), 0o700); err != nil {
		t.Fatal(err)
	}
}
