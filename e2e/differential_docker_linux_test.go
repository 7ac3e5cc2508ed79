package e2e

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/distribution/reference"
	"github.com/docker/cli/cli/config"
	"github.com/docker/cli/cli/config/configfile"
	"github.com/docker/cli/cli/config/types"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
)

// dockerShares is where Docker looks, and a little of where it does not.
var dockerShares = map[string]int{
	homeDocker: 80, elsewhere: 30, theVariable: 25, dockerCfg: 3, namedAuth: 3, xdgRuntime: 3, configAuth: 3,
}

// dockerFile loads the config file as the CLI does at its start. It says whether that could be understood.
func dockerFile(w *world) (file *configfile.ConfigFile, understood bool) {
	dir := w.environment()["DOCKER_CONFIG"]
	if dir == "" {
		dir = filepath.Join(w.environment()["HOME"], ".docker")
	}
	config.SetDir(dir) // which it looks for but once in a process's life
	var warning bytes.Buffer
	file = config.LoadDefaultConfigFile(&warning)
	return file, warning.Len() == 0
}

// forgetDir gives back what dockerFile has told the library.
func forgetDir(t *testing.T) {
	t.Helper()
	dir := config.Dir()
	t.Cleanup(func() { config.SetDir(dir) })
}

// registryOf is what Docker makes of an image's name; a registry alone is what docker login is given.
func registryOf(image clients.Image) (string, error) {
	if image.Path == "" {
		return image.Host, nil
	}
	named, err := reference.ParseNormalizedNamed(image.Raw)
	if err != nil {
		return "", badImageError{err}
	}
	return reference.Domain(named), nil
}

// handedByDocker is what a registry is told of an AuthConfig: its Auth is for the file alone.
func handedByDocker(a types.AuthConfig, err error) handed {
	return handed{a.Username, a.Password, a.IdentityToken, a.RegistryToken, err}
}

func TestDifferentialDocker(t *testing.T)   { differentialOf(t, dockerLibrary(t)) }
func TestDifferentialBuildKit(t *testing.T) { differentialOf(t, buildKitLibrary(t)) }

// dockerLibrary is RetrieveAuthTokenFromImage of docker/cli, without the encoding (cli/command/registry.go).
func dockerLibrary(t *testing.T) library {
	t.Helper()
	forgetDir(t)
	l := library{client: clients.Docker, shares: dockerShares, goesOn: true}
	l.ask = func(w *world, image clients.Image) handed {
		file, understood := dockerFile(w)
		if text := w.places().Docker; text != nil && (text.Problem() == nil) != understood {
			t.Errorf("Docker understands the file: %t; %v\n%s", understood, text.Problem(), w)
		}
		registry, err := registryOf(image)
		if err != nil {
			return handed{err: err}
		}
		return handedByDocker(file.GetAuthConfig(registry))
	}
	return l
}

// buildKitLibrary is the load of moby/buildkit session/auth/authprovider, which the CLI gives its file to. It is asked
// for the host that containerd fetches from.
func buildKitLibrary(t *testing.T) library {
	t.Helper()
	forgetDir(t)
	l := library{client: clients.BuildKit, shares: dockerShares}
	l.ask = func(w *world, image clients.Image) handed {
		file, _ := dockerFile(w)
		host, err := registryOf(image)
		if err != nil {
			return handed{err: err}
		}
		if host == "docker.io" {
			host = "registry-1.docker.io"
		}
		if host == "registry-1.docker.io" {
			host = "https://index.docker.io/v1/"
		}
		got := handedByDocker(file.GetAuthConfig(host))
		if got.err != nil {
			return handed{err: got.err}
		}
		return got
	}
	return l
}
