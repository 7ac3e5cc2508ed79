package e2e

import (
	"errors"
	"strings"
	"testing"

	"oras.land/oras-go/v2/registry"
	"oras.land/oras-go/v2/registry/remote/credentials"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
)

func TestDifferentialOras(t *testing.T) { differentialOf(t, orasLibrary(t)) }

// orasLibrary is oras-go's store over Docker's file, asked as its client asks.
func orasLibrary(t *testing.T) library {
	t.Helper()
	return library{client: clients.Oras, shares: dockerShares, ask: func(_ *world, image clients.Image) handed {
		host, err := orasHost(image)
		if err != nil {
			return handed{err: badImageError{err}}
		}
		store, err := credentials.NewStoreFromDocker(credentials.StoreOptions{})
		if err != nil {
			return handed{err: err}
		}
		c, err := credentials.Credential(store)(t.Context(), host)
		return handed{c.Username, c.Password, c.RefreshToken, c.AccessToken, err}
	}}
}

func orasHost(image clients.Image) (string, error) {
	if image.Path == "" {
		return registry.Reference{Registry: image.Host}.Host(), nil
	}
	if !strings.HasPrefix(image.Raw, image.Host) {
		return "", errors.New("oras has no registry that need not be named")
	}
	ref, err := registry.ParseReference(image.Raw)
	return ref.Host(), err
}
