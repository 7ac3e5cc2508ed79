package system

import (
	"context"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// On the host of a gitlab-runner of either generation, root's stale login and the empty mark of a `docker login` go,
// and what is left over is the job's own token. That Docker finds Debian's docker-credential-pass there is no finding.
func TestDoctorMendsARunnersHost(t *testing.T) {
	for version, helped := range map[string][]string{"16.9.1": nil, "18.3.0": {lab.registry}} {
		t.Run(version, func(t *testing.T) {
			m := newMachine(t)
			m.install(t)
			m.hasRunner(t, version, `{"auths": {}}`)
			m.root.configure(t, dockerConfig(map[string]string{
				"https://" + lab.registry: basic("gitlab-ci-token", lab.secret("glcbt-64_")), lab.registry: "",
			}))
			r := m.diagnose(t, lab.image)
			const path = "/root/.docker/config.json"
			r.finds(t, "empty-credential", path, lab.registry)
			f := r.finds(t, "stale-credential", path, "https://"+lab.registry)
			m.root.run(t, "", "sh", "-c", f.Fix).succeeds(t)
			m.root.configIs(t, dockerConfig(nil, helped...))
			r = m.diagnose(t, lab.image)
			if len(r.Findings) > 0 {
				t.Errorf("there are %+v", r.Findings)
			}
			for _, row := range r.Clients {
				if row.Client == "gitlab-runner" && row.Source != "job-token" {
					t.Errorf("gitlab-runner pulls with %+v", row)
				}
			}
		})
	}
}

// A good token in another user's file is theirs to keep: root's --fix leaves it, and the command that stands with it
// moves it to their own keyring, from where all clients of theirs get it.
func TestDoctorLeavesAnothersGoodToken(t *testing.T) {
	m := newMachine(t)
	m.install(t)
	alice := m.user(t, "alice", 1001)
	const path = "/home/alice/.docker/config.json"
	url, token := "https://"+lab.registry, lab.token(goodToken())
	text := dockerConfig(map[string]string{url: basic("me", token)})
	m.write(t, path, text, 0o600)
	m.doctor(t, "--fix", "--yes").fails(t, `"`+url+`" stays: it is good, and another user's`)
	alice.configIs(t, text)

	f := m.diagnose(t, "--online").finds(t, "plaintext-credential", path, url)
	t.Cleanup(func() { // out of the kernel's keyring, which outlives the machine
		if _, err := alice.attempt(context.Background(), lab.registry, kit.Program, "erase"); err != nil {
			t.Error(err)
		}
	})
	m.root.run(t, "", "sh", "-c", f.Fix).succeeds(t).says(t, `moved "`+url+`" to the vault "kernel"`)
	alice.configIs(t, helperConfig())
	m.doctor(t, "--online").succeeds(t)
	for _, c := range clients {
		t.Run(c.name, func(t *testing.T) {
			seen := watchSignIns()
			if c.fetch(t, alice, lab.image).succeeds(t); !seen.carried(token) {
				t.Error("the kept token was not used")
			}
		})
	}
}

// Root whose HOME is another user's, as some sudo leaves it, reads that user's files and runs nothing that they name.
func TestDoctorRunsNothingInAnothersHome(t *testing.T) {
	m := newMachine(t)
	m.install(t)
	m.user(t, "mallory", 1001)
	m.program(t, "docker-credential-mark", "touch /tmp/somebody-ran-this")
	m.write(t, "/home/mallory/.docker/config.json",
		`{"credHelpers": {"`+lab.registry+`": "mark"}, "credsStore": "mark"}`, 0o600)
	m.root.Set("HOME", "/home/mallory")
	was := m.everything(t)
	for _, args := range []string{"", lab.image, "--online", "--fix --yes " + lab.image} {
		m.doctor(t, append(strings.Fields(args), "--json")...).report(t)
	}
	m.isUnchanged(t, was, "")
	m.root.Set("HOME", "/root")
}
