package e2e

import (
	"strings"
	"testing"

	"oras.land/oras-go/v2"
	"oras.land/oras-go/v2/content/memory"
	"oras.land/oras-go/v2/registry/remote"
	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/credentials"
)

// orasStore opens Docker's config file as oras, helm and others do with oras-go.
func (s *site) orasStore(t *testing.T) credentials.Store {
	t.Helper()
	store, err := credentials.NewStoreFromDocker(credentials.StoreOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// pullWithORAS copies the image out of the registry.
func (s *site) pullWithORAS(t *testing.T) error {
	t.Helper()
	repository, err := remote.NewRepository(s.Registry + "/group/app")
	if err != nil {
		t.Fatal(err)
	}
	repository.PlainHTTP = true
	repository.Client = &auth.Client{Credential: credentials.Credential(s.orasStore(t))}
	_, err = oras.Copy(t.Context(), repository, "1", memory.New(), "1", oras.DefaultCopyOptions)
	return err
}

func TestORASPulls(t *testing.T) {
	pulls(t, (*site).pullWithORAS, []pullCase{
		{"job token, credHelpers", withCredHelpers, (*site).startJob, "gitlab-ci-token"},
		{"job token, credsStore", withCredsStore, (*site).startJob, "gitlab-ci-token"},
		{"job token, stale auths", withStaleAuth, (*site).startJob, "gitlab-ci-token"},
		{"job token, stale path", withStalePath, (*site).startJob, "gitlab-ci-token"},
		{"kept token, credHelpers", withCredHelpers, (*site).keep, "alice"},
		{"kept token, stale auths", withStaleAuth, (*site).keep, "alice"},
	})
}

// TestORASGoesOnWithoutCredential: nothing is kept, so the pull is anonymous. It is the registry that refuses it here.
func TestORASGoesOnWithoutCredential(t *testing.T) {
	for _, config := range []string{withCredHelpers, withCredsStore, withStaleAuth} {
		s := newSite(t)
		s.configure(t, config)
		if got, err := s.orasStore(t).Get(t.Context(), s.Registry); got != auth.EmptyCredential || err != nil {
			t.Errorf("%s: got a credential of %q, %v", config, got.Username, err)
		}
		if err := s.pullWithORAS(t); err == nil || !strings.Contains(err.Error(), "access forbidden") {
			t.Errorf("%s: the pull ended with %v", config, err)
		}
	}
}

// TestORASExpired: the pull stops with the reason, and nobody is asked.
func TestORASExpired(t *testing.T) {
	for _, config := range []string{withCredHelpers, withCredsStore, withStaleAuth} {
		s := newSite(t)
		s.configure(t, config)
		s.keepExpired(t)
		before := len(s.signIns(s.pat))
		err := s.pullWithORAS(t)
		if err == nil || !strings.Contains(err.Error(), "has expired on") ||
			!strings.Contains(err.Error(), "gitlabjob login "+s.Registry) {
			t.Errorf("%s: the pull ended with %v", config, err)
		}
		if len(s.signIns(s.pat)) > before || len(s.signIns(stalePassword)) > 0 {
			t.Errorf("%s: GitLab was asked all the same: %v", config, s.GitLab.Seen())
		}
	}
}

// TestORASLoginAndLogout does with oras-go what `oras login` and `oras logout` do.
func TestORASLoginAndLogout(t *testing.T) {
	s := newSite(t)
	s.configure(t, withCredHelpers)
	registry, err := remote.NewRegistry(s.Registry)
	if err != nil {
		t.Fatal(err)
	}
	registry.PlainHTTP = true
	store := s.orasStore(t)
	login := auth.Credential{Username: "alice", Password: s.pat}
	if err := credentials.Login(t.Context(), store, registry, login); err != nil {
		t.Fatal(err)
	}
	noSecretIn(t, s.home.ConfigPath())
	noSecretIn(t, s.home.CatalogPath())
	if got, err := store.Get(t.Context(), s.Registry); got != login || err != nil {
		t.Errorf("after the login the credential is %q, %v", got.Username, err)
	}
	for range 2 {
		if err := credentials.Logout(t.Context(), store, s.Registry); err != nil {
			t.Error(err)
		}
	}
	if got, err := store.Get(t.Context(), s.Registry); got != auth.EmptyCredential || err != nil {
		t.Errorf("after the logout the credential is %q, %v", got.Username, err)
	}
}
