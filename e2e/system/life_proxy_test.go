package system

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// proxiedImage is where the private image is to be had through the dependency proxy, on GitLab's own host.
const proxiedImage = "/group/dependency_proxy/containers/app:1"

// proxied is GitLab with something behind its dependency proxy. Who may have it is for the stand-in to say.
type proxied struct {
	*gitlabtest.GitLab

	images http.Handler
}

func newProxied(gitlab *gitlabtest.GitLab) *proxied {
	return &proxied{gitlab, registry.New(registry.Logger(log.New(io.Discard, "", 0)))}
}

// ServeHTTP implements http.Handler.
func (p *proxied) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.URL.Path, string(gitlabtest.DependencyProxy)) {
		p.GitLab.ServeHTTP(w, r)
		return
	}
	verdict := httptest.NewRecorder()
	p.GitLab.ServeHTTP(verdict, r)
	if verdict.Code == http.StatusOK {
		p.images.ServeHTTP(w, r)
		return
	}
	for name, values := range verdict.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(verdict.Code)
	_, _ = w.Write(verdict.Body.Bytes())
}

// fill puts the image behind the proxy, past all that protects it.
func (p *proxied) fill(image v1.Image) error {
	unprotected := httptest.NewServer(p.images)
	defer unprotected.Close()
	ref, err := name.ParseReference(strings.TrimPrefix(unprotected.URL, "http://") + proxiedImage)
	if err != nil {
		return err
	}
	return remote.Write(ref, image)
}
