package e2e

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/docker/cli/cli/config"
	"github.com/docker/cli/cli/config/configfile"
	"github.com/docker/cli/cli/config/types"
)

// dockerConfig loads Docker's config file with Docker's own library, as the Docker CLI, buildx and compose do.
func (s *site) dockerConfig(t *testing.T) *configfile.ConfigFile {
	t.Helper()
	file, err := config.Load(filepath.Dir(s.home.ConfigPath()))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestDockerCLIGetsCredential(t *testing.T) {
	for _, tt := range []struct {
		name, config       string
		begin              func(*site, *testing.T)
		username, password string // password as the name of a token
	}{
		{"job token, credHelpers", withCredHelpers, (*site).startJob, "gitlab-ci-token", "job"},
		{"job token, credsStore", withCredsStore, (*site).startJob, "gitlab-ci-token", "job"},
		{"job token, stale auths", withStaleAuth, (*site).startJob, "gitlab-ci-token", "job"},
		{"kept token, credHelpers", withCredHelpers, (*site).keep, "alice", "pat"},
		{"kept token, credsStore", withCredsStore, (*site).keep, "alice", "pat"},
		{"kept token, stale auths", withStaleAuth, (*site).keep, "alice", "pat"},
		// No credential and no error: Docker goes on without one.
		{"nothing kept, credHelpers", withCredHelpers, (*site).keepNothing, "", ""},
		{"nothing kept, credsStore", withCredsStore, (*site).keepNothing, "", ""},
		{"nothing kept, stale auths", withStaleAuth, (*site).keepNothing, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t)
			s.configure(t, tt.config)
			tt.begin(s, t)
			got, err := s.dockerConfig(t).GetAuthConfig(s.Registry)
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]string{"job": s.job, "pat": s.pat}[tt.password]
			if got.Username != tt.username || got.Password != want || got.IdentityToken != "" {
				t.Errorf("got %q with %q, want %q with %q", got.Username, got.Password, tt.username, want)
			}
		})
	}
}

// TestDockerCLIExpired: the reason reaches whoever called the library, and the stale entry beside it is not used.
func TestDockerCLIExpired(t *testing.T) {
	for _, config := range []string{withCredHelpers, withCredsStore, withStaleAuth} {
		s := newSite(t)
		s.configure(t, config)
		s.keepExpired(t)
		got, err := s.dockerConfig(t).GetAuthConfig(s.Registry)
		if err == nil || !strings.Contains(err.Error(), "has expired on") ||
			!strings.Contains(err.Error(), "gitlabjob login "+s.Registry) {
			t.Errorf("%s: the error is %v", config, err)
		}
		if got.Password == s.pat {
			t.Errorf("%s: the expired token was served", config)
		}
	}
}

// TestDockerCLILoginAndLogout does with Docker's library what `docker login` and `docker logout` do.
func TestDockerCLILoginAndLogout(t *testing.T) {
	for _, config := range []string{withCredHelpers, withCredsStore} {
		s := newSite(t)
		s.configure(t, config)
		login := types.AuthConfig{ServerAddress: s.Registry, Username: "alice", Password: s.pat}
		if err := s.dockerConfig(t).GetCredentialsStore(s.Registry).Store(login); err != nil {
			t.Fatal(err)
		}
		noSecretIn(t, s.home.ConfigPath())
		noSecretIn(t, s.home.CatalogPath())
		got, err := s.dockerConfig(t).GetAuthConfig(s.Registry)
		if err != nil || got.Username != "alice" || got.Password != s.pat {
			t.Errorf("%s: after the login the credential is %q with %q, %v", config, got.Username, got.Password, err)
		}
		store := s.dockerConfig(t).GetCredentialsStore(s.Registry)
		for _, spelt := range []string{s.Registry, "http://" + s.Registry, "https://" + s.Registry} {
			if err := store.Erase(spelt); err != nil {
				t.Errorf("%s: erasing %s: %v", config, spelt, err)
			}
		}
		got, err = s.dockerConfig(t).GetAuthConfig(s.Registry)
		if err != nil || got.Username != "" || got.Password != "" {
			t.Errorf("%s: after the logout the credential is %q, %v", config, got.Username, err)
		}
	}
}

// TestDockerCLILoginRefused: what GitLab thinks of the token reaches whoever called the library.
func TestDockerCLILoginRefused(t *testing.T) {
	s := newSite(t)
	s.configure(t, withCredHelpers)
	login := types.AuthConfig{ServerAddress: s.Registry, Username: "alice", Password: "glpat-unknown-" + canary}
	err := s.dockerConfig(t).GetCredentialsStore(s.Registry).Store(login)
	if err == nil || !strings.Contains(err.Error(), "it is not known there") {
		t.Errorf("the error is %v", err)
	}
	login.Username, login.Password, login.IdentityToken = "", "", "identity-"+canary
	err = s.dockerConfig(t).GetCredentialsStore(s.Registry).Store(login)
	if err == nil || !strings.Contains(err.Error(), "GitLab has no identity tokens") {
		t.Errorf("for an identity token the error is %v", err)
	}
}

// TestDockerCLIGetsAll: compose and others ask for every credential at once. As credsStore the helper is asked for its
// list and then for each, and one failure would fail all.
func TestDockerCLIGetsAll(t *testing.T) {
	for _, tt := range []struct {
		name, config string
		begin        func(*site, *testing.T)
		want         map[string]string // host, with REGISTRY for the registry, to username
	}{
		{"job, credsStore", withCredsStore, (*site).startJob,
			map[string]string{"REGISTRY": "gitlab-ci-token", "gitlab.example.com:443": "gitlab-ci-token"}},
		{"job, credHelpers", withCredHelpers, (*site).startJob, map[string]string{"REGISTRY": "gitlab-ci-token"}},
		{"kept, credsStore", withCredsStore, (*site).keep, map[string]string{"REGISTRY": "alice"}},
		{"kept, credHelpers", withCredHelpers, (*site).keep, map[string]string{"REGISTRY": "alice"}},
		{"nothing, credsStore", withCredsStore, (*site).keepNothing, map[string]string{}},
		{"expired, credsStore", withCredsStore, (*site).keepExpired, map[string]string{}},
		{"expired, credHelpers", withCredHelpers, (*site).keepExpired, map[string]string{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t)
			s.configure(t, tt.config)
			tt.begin(s, t)
			all, err := s.dockerConfig(t).GetAllCredentials()
			if err != nil {
				t.Fatal(err)
			}
			got := make(map[string]string)
			for host, auth := range all {
				if host == s.Registry {
					host = "REGISTRY"
				}
				got[host] = auth.Username
				if auth.Password != s.job && auth.Password != s.pat {
					t.Errorf("%s has the password %q", host, auth.Password)
				}
			}
			if !maps.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, slices.Sorted(maps.Keys(tt.want)))
			}
		})
	}
}
