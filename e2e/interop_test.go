package e2e

import (
	"encoding/base64"
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

// site is a user's machine for the tests with other programs' libraries: those look at this process's environment, and
// find the built helper on its PATH.
type site struct {
	*kit.World

	home     *kit.Home
	pat, job string // tokens that GitLab knows
}

func newSite(t *testing.T) *site {
	t.Helper()
	world, err := kit.NewWorld()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = world.Close() })
	home, err := kit.NewHome(filepath.Join(t.TempDir(), "home"), bin)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := home.UseTestVault(); err != nil {
		t.Fatal(err)
	}
	for _, variable := range home.Env() {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	// Docker's own library looks for its directory once in a process's life, unless it is told.
	t.Setenv("DOCKER_CONFIG", filepath.Dir(home.ConfigPath()))
	s := &site{World: world, home: home, pat: "glpat-interop-" + canary, job: "glcbt-64_interop-" + canary}
	s.GitLab.Add(gitlabtest.Token{
		Secret: s.pat, Username: "alice", Name: "laptop", Scopes: []string{"read_registry", "write_registry"},
		ExpiresAt: time.Now().AddDate(0, 3, 0).UTC().Format(time.DateOnly),
	})
	s.GitLab.Add(gitlabtest.Token{Secret: s.job, Kind: gitlabtest.JobToken})
	return s
}

// startJob puts this process into a CI job of the registry's project.
func (s *site) startJob(t *testing.T) {
	t.Helper()
	t.Setenv("CI_JOB_TOKEN", s.job)
	t.Setenv("CI_REGISTRY", s.Registry)
	t.Setenv("CI_DEPENDENCY_PROXY_SERVER", "gitlab.example.com:443")
}

// keep stores the personal access token.
func (s *site) keep(t *testing.T) {
	t.Helper()
	message, err := json.Marshal(map[string]string{"ServerURL": s.Registry, "Username": "alice", "Secret": s.pat})
	if err != nil {
		t.Fatal(err)
	}
	result, err := s.home.Run(t.Context(), string(message), kit.Program, "store")
	if err != nil || result.Code != 0 {
		t.Fatalf("storing the token: %v, %+v", err, result)
	}
}

// keepNothing leaves things as they are.
func (s *site) keepNothing(t *testing.T) { t.Helper() }

// keepExpired stores the personal access token and lets it expire.
func (s *site) keepExpired(t *testing.T) {
	t.Helper()
	s.keep(t)
	if err := s.home.MoveExpiry(s.Registry, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
}

// The ways in which Docker's config file may bring the helper in. REGISTRY stands for the registry, and STALE for the
// "auth" of a login that GitLab does not know any more.
const (
	withCredHelpers = `{"credHelpers": {"REGISTRY": "gitlabjob"}}`
	withCredsStore  = `{"credsStore": "gitlabjob"}`
	withStaleAuth   = `{"auths": {"REGISTRY": {"auth": "STALE"}}, "credHelpers": {"REGISTRY": "gitlabjob"}}`
	withStalePath   = `{"auths": {"REGISTRY/group/app": {"auth": "STALE"}}, "credHelpers": {"REGISTRY": "gitlabjob"}}`
)

const stalePassword = "glpat-stale"

// configure writes Docker's config file.
func (s *site) configure(t *testing.T, config string) {
	t.Helper()
	stale := base64.StdEncoding.EncodeToString([]byte("alice:" + stalePassword))
	config = strings.NewReplacer("REGISTRY", s.Registry, "STALE", stale).Replace(config)
	if err := s.home.WriteConfig(config); err != nil {
		t.Fatal(err)
	}
}

// signIns returns the usernames of the sign-ins that GitLab has seen with secret.
func (s *site) signIns(secret string) []string {
	var names []string
	for _, r := range s.GitLab.Seen() {
		if r.Endpoint == gitlabtest.SignIn && r.Carried(secret) {
			names = append(names, r.Username)
		}
	}
	return slices.Compact(names)
}

// noSecretIn fails the test when a secret stands in the file at path.
func noSecretIn(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if secret := (&story{}).leaked(string(data)); secret != "" {
		t.Errorf("%s has a secret, or a part of one: %s", path, data)
	}
}
