package e2e

import (
	"testing"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
)

func TestDifferentialCrane(t *testing.T) { differentialOf(t, craneLibrary(t)) }

// craneLibrary is go-containerregistry's default keychain.
func craneLibrary(t *testing.T) library {
	t.Helper()
	forgetDir(t)
	shares := map[string]int{
		homeDocker: 60, elsewhere: 20, theVariable: 25, namedAuth: 20, xdgRuntime: 20, configAuth: 20, xdgConfigAuth: 10,
		perUser: 20, dockerCfg: 3,
	}
	return library{client: clients.Crane, shares: shares, ask: func(w *world, image clients.Image) handed {
		resource, err := craneResource(image)
		if err != nil {
			return handed{err: badImageError{err}}
		}
		dockerFile(w)
		authenticator, err := authn.DefaultKeychain.Resolve(resource)
		if err != nil {
			return handed{err: err}
		}
		a, err := authenticator.Authorization()
		if err != nil {
			return handed{err: err}
		}
		return handed{a.Username, a.Password, a.IdentityToken, a.RegistryToken, nil}
	}}
}

func craneResource(image clients.Image) (authn.Resource, error) {
	if image.Path == "" {
		return name.NewRegistry(image.Host)
	}
	ref, err := name.ParseReference(image.Raw)
	if err != nil {
		return nil, err
	}
	return ref.Context(), nil
}
