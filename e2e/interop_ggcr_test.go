package e2e

import (
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// pullWithGGCR pulls the image with go-containerregistry and its default keychain, as crane, ko and kaniko do.
func (s *site) pullWithGGCR(t *testing.T) error {
	t.Helper()
	ref, err := name.ParseReference(s.Image)
	if err != nil {
		t.Fatal(err)
	}
	image, err := remote.Image(ref, remote.WithAuthFromKeychain(authn.DefaultKeychain), remote.WithContext(t.Context()))
	if err != nil {
		return err
	}
	return validate.Image(image)
}

func TestGGCRPulls(t *testing.T) {
	pulls(t, (*site).pullWithGGCR, []pullCase{
		{"job token, credHelpers", withCredHelpers, (*site).startJob, "gitlab-ci-token"},
		{"job token, credsStore", withCredsStore, (*site).startJob, "gitlab-ci-token"},
		{"job token, stale auths", withStaleAuth, (*site).startJob, "gitlab-ci-token"},
		{"kept token, credHelpers", withCredHelpers, (*site).keep, "alice"},
		{"kept token, credsStore", withCredsStore, (*site).keep, "alice"},
		{"kept token, stale auths", withStaleAuth, (*site).keep, "alice"},
	})
}

// TestGGCRGoesOnWithoutCredential: nothing is kept, so the pull is anonymous. It is the registry that refuses it here.
func TestGGCRGoesOnWithoutCredential(t *testing.T) {
	for _, config := range []string{withCredHelpers, withCredsStore, withStaleAuth} {
		s := newSite(t)
		s.configure(t, config)
		repository, err := name.NewRepository(s.Registry + "/group/app")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := authn.DefaultKeychain.Resolve(repository); got != authn.Anonymous || err != nil {
			t.Errorf("%s: resolved to %v, %v", config, got, err)
		}
		if err := s.pullWithGGCR(t); err == nil || !strings.Contains(err.Error(), "access forbidden") {
			t.Errorf("%s: the pull ended with %v", config, err)
		}
	}
}

// TestGGCRExpired: the pull stops with the reason, and nobody is asked.
func TestGGCRExpired(t *testing.T) {
	for _, config := range []string{withCredHelpers, withCredsStore, withStaleAuth} {
		s := newSite(t)
		s.configure(t, config)
		s.keepExpired(t)
		before := len(s.signIns(s.pat))
		err := s.pullWithGGCR(t)
		if err == nil || !strings.Contains(err.Error(), "has expired on") ||
			!strings.Contains(err.Error(), "gitlabjob login "+s.Registry) {
			t.Errorf("%s: the pull ended with %v", config, err)
		}
		if len(s.signIns(s.pat)) > before || len(s.signIns(stalePassword)) > 0 {
			t.Errorf("%s: GitLab was asked all the same: %v", config, s.GitLab.Seen())
		}
	}
}

// TestGGCRPrefersStalePath: go-containerregistry looks for the image's path before it looks for its host, so an entry
// for the path hides the helper. Nothing that a helper says can change that; it is for `doctor` to find.
func TestGGCRPrefersStalePath(t *testing.T) {
	s := newSite(t)
	s.configure(t, withStalePath)
	s.startJob(t)
	if err := s.pullWithGGCR(t); err == nil || !strings.Contains(err.Error(), "HTTP Basic: Access denied") {
		t.Errorf("the pull ended with %v; has go-containerregistry changed its order?", err)
	}
	if len(s.signIns(s.job)) > 0 {
		t.Error("the job token was used; has go-containerregistry changed its order?")
	}
}
