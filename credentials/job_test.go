package credentials

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// env is an environment for ReadJob.
func env(pairs ...string) func(string) string {
	vars := make(map[string]string)
	for pair := range slices.Chunk(pairs, 2) {
		vars[pair[0]] = pair[1]
	}
	return func(name string) string { return vars[name] }
}

func host(t *testing.T, raw string) Host {
	t.Helper()
	h, err := ParseHost(raw)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestJobCoversExactlyItsHosts(t *testing.T) {
	job := ReadJob(env(
		"CI_JOB_TOKEN", "glcbt-64_x",
		"CI_REGISTRY", "registry.example.com:5050",
		"CI_DEPENDENCY_PROXY_SERVER", "gitlab.example.com:443",
		"GITLABJOB_HOSTS", "mirror.example.com, other.example.com:443,,registry.example.com:5050",
	))
	if job.Err != nil || len(job.Hosts) != 4 {
		t.Fatalf("Err %v, hosts %v", job.Err, job.Hosts)
	}
	for raw, want := range map[string]bool{
		"registry.example.com:5050":          true,
		"https://REGISTRY.example.com:5050/": true,
		"gitlab.example.com":                 true,
		"gitlab.example.com:443":             true,
		"https://gitlab.example.com/v2/":     true,
		"mirror.example.com":                 true,
		"other.example.com":                  true,
		"registry.example.com":               false,
		"registry.example.com:443":           false,
		"registry.example.com:50500":         false,
		"gitlab.example.com:8443":            false,
		"example.com":                        false,
		"evil-registry.example.com:5050":     false,
		"registry.example.com.evil:5050":     false,
		"registry-example.com:5050":          false,
	} {
		if got := job.Covers(host(t, raw)); got != want {
			t.Errorf("Covers(%s) = %v; want %v", raw, got, want)
		}
	}
}

func TestJobKeepsTheVariablesSpelling(t *testing.T) {
	job := ReadJob(env("CI_JOB_TOKEN", "t", "CI_DEPENDENCY_PROXY_SERVER", "gitlab.example.com:443"))
	if len(job.Hosts) != 1 || job.Hosts[0].Spelt != "gitlab.example.com:443" || job.Hosts[0].Host.String() != "gitlab.example.com" {
		t.Errorf("%+v", job.Hosts)
	}
}

func TestNoTokenNoJob(t *testing.T) {
	job := ReadJob(env("CI_REGISTRY", "registry.example.com", "GITLABJOB_HOSTS", "*"))
	if job.Running() || job.Covers(host(t, "registry.example.com")) || job.Err != nil {
		t.Errorf("%+v", job)
	}
	if (Job{Hosts: []JobHost{{}}}).Covers(Host{}) && job.Running() {
		t.Error("the zero host belongs to no job")
	}
}

func TestBadListEntryIsNamedAndTheGoodOnesCount(t *testing.T) {
	job := ReadJob(env("CI_JOB_TOKEN", "t", "CI_REGISTRY", "registry.example.com", "GITLABJOB_HOSTS", "*.example.com,a.example"))
	var bad *BadVariableError
	if !errors.As(job.Err, &bad) || bad.Name != "GITLABJOB_HOSTS" {
		t.Errorf("Err = %v", job.Err)
	}
	if !job.Covers(host(t, "registry.example.com")) || !job.Covers(host(t, "a.example")) || job.Covers(host(t, "x.example.com")) {
		t.Errorf("%+v", job.Hosts)
	}
}

// GitLab names one host in each of its variables: a comma there is no list.
func TestOnlyTheUsersVariableIsAList(t *testing.T) {
	job := ReadJob(env("CI_JOB_TOKEN", "t", "CI_REGISTRY", "a.example,b.example"))
	if len(job.Hosts) != 0 || job.Err == nil {
		t.Errorf("%+v", job)
	}
}

func TestIsJobToken(t *testing.T) {
	job := ReadJob(env("CI_JOB_TOKEN", "some-opaque-token"))
	for secret, want := range map[string]bool{
		"some-opaque-token":                      true,
		"glcbt-64_abc":                           true,
		"corp-glcbt-64_abc":                      true,
		"glpat-abc":                              false,
		"some-opaque-token2":                     false,
		"":                                       false,
		"a password of a user":                   false,
		strings.Repeat("p", 65) + "glcbt-64_abc": false,
	} {
		if got := job.isJobToken(NewSecret(secret)); got != want {
			t.Errorf("%q: %v; want %v", secret, got, want)
		}
	}
	if (Job{}).isJobToken(NewSecret("")) {
		t.Error("an empty secret is no job token, job or not")
	}
}
