package kit

import (
	"net/http"
	"net/http/httptest"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// The image's size does not matter: nothing runs it.
const (
	layerBytes = 1024
	layers     = 2
)

// seed puts an image into the registry behind handler, past whatever may protect it.
func seed(handler http.Handler, image string) error {
	ref, err := name.ParseReference(image)
	if err != nil {
		return err
	}
	content, err := random.Image(layerBytes, layers)
	if err != nil {
		return err
	}
	return remote.Write(ref, content, remote.WithTransport(inProcess{handler}))
}

// inProcess is an http.RoundTripper that hands requests to a handler without a network.
type inProcess struct{ handler http.Handler }

// RoundTrip implements http.RoundTripper.
func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody // A handler may rely on there being one.
	}
	answer := httptest.NewRecorder()
	p.handler.ServeHTTP(answer, r)
	response := answer.Result()
	response.Request = r
	return response, nil
}
