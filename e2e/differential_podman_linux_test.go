package e2e

import (
	"path/filepath"
	"testing"

	"go.podman.io/image/v5/docker/reference"
	"go.podman.io/image/v5/pkg/docker/config"
	"go.podman.io/image/v5/types"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
)

func TestDifferentialPodman(t *testing.T) { differentialOf(t, podmanLibrary()) }

// podmanLibrary is containers/image, as skopeo, podman and buildah call it.
func podmanLibrary() library {
	shares := map[string]int{
		homeDocker: 50, elsewhere: 15, theVariable: 10, namedAuth: 15, xdgRuntime: 30, perUser: 30, configAuth: 30,
		xdgConfigAuth: 15, dockerCfg: 40,
	}
	return library{client: clients.Podman, shares: shares, ask: func(w *world, image clients.Image) handed {
		env := w.environment()
		system := &types.SystemContext{
			AuthFilePath:             env["REGISTRY_AUTH_FILE"], // which the library itself does not look at
			SystemRegistriesConfPath: "/dev/null", SystemRegistriesConfDirPath: filepath.Join(w.dir, "none"),
		}
		if env["XDG_RUNTIME_DIR"] == "" {
			system.RootForImplicitAbsolutePaths = filepath.Join(w.dir, "root")
		}
		var c types.DockerAuthConfig
		if image.Path == "" {
			var err error
			c, err = config.GetCredentials(system, image.Host)
			return handed{c.Username, c.Password, c.IdentityToken, "", err}
		}
		named, err := reference.ParseNormalizedNamed(image.Raw)
		if err != nil {
			return handed{err: badImageError{err}}
		}
		c, err = config.GetCredentialsForRef(system, named)
		return handed{c.Username, c.Password, c.IdentityToken, "", err}
	}}
}
