package system

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// project is a private project of the stand-in's, as all of its projects are.
const project = "group/app"

// seed puts the private image into the registry, and behind the dependency proxy, without any of the programs under
// test: a layer with busybox in it, so that a builder has something to run.
func (l *laboratory) seed(ctx context.Context) error {
	layer, err := tarball.LayerFromOpener(busyboxTar)
	if err != nil {
		return fmt.Errorf("the image's layer: %w", err)
	}
	image, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{
		OS: "linux", Architecture: runtime.GOARCH, Config: v1.Config{Cmd: []string{"/bin/busybox", "true"}},
	})
	if err == nil {
		image, err = mutate.AppendLayers(image, layer)
	}
	if err != nil {
		return fmt.Errorf("the image: %w", err)
	}
	ref, err := name.ParseReference(l.image)
	if err != nil {
		return err
	}
	if err := l.gitlab.fill(image); err != nil {
		return fmt.Errorf("the dependency proxy: %w", err)
	}
	return remote.Write(ref, image, remote.WithContext(ctx), remote.WithAuth(l.owner()))
}

// owner is a credential of the project's owner, which the helper never hears of.
func (l *laboratory) owner() authn.Authenticator {
	secret := l.token(gitlabtest.Token{Secret: l.secret("glpat-"), Username: "owner", Scopes: []string{"api"}})
	return &authn.Basic{Username: "owner", Password: secret}
}

// has reports whether the registry has the image.
func (l *laboratory) has(ctx context.Context, image string) (bool, error) {
	ref, err := name.ParseReference(image)
	if err != nil {
		return false, err
	}
	_, err = remote.Head(ref, remote.WithContext(ctx), remote.WithAuth(l.owner()))
	var status *transport.Error
	if errors.As(err, &status) && status.StatusCode == http.StatusNotFound {
		return false, nil
	}
	return err == nil, err
}

// busyboxTar returns a file system that has busybox and nothing else.
func busyboxTar() (io.ReadCloser, error) {
	program, err := os.ReadFile("/bin/busybox")
	if err != nil {
		return nil, err
	}
	var layer bytes.Buffer
	w := tar.NewWriter(&layer)
	if err := w.WriteHeader(&tar.Header{Name: "bin/busybox", Mode: 0o755, Size: int64(len(program))}); err != nil {
		return nil, err
	}
	if _, err := w.Write(program); err != nil {
		return nil, err
	}
	return io.NopCloser(&layer), w.Close()
}
