package kit

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// World is what the programs of a story talk to: a stand-in for GitLab, a private registry that belongs to it with one
// image inside, and a registry that belongs to no GitLab. All of it is on this machine and speaks plain http.
type World struct {
	GitLab    *gitlabtest.GitLab
	GitLabURL string // without a slash at the end
	Registry  string // host:port
	Image     string // group/app:1 in that registry
	Foreign   string // host:port of the registry that belongs to no GitLab, and asks for nothing

	servers []*http.Server
	asked   atomic.Int64
}

// NewWorld starts the servers and puts the image into the registry.
func NewWorld() (*World, error) {
	gitlab, err := gitlabtest.New("gitlabtest-issuer")
	if err != nil {
		return nil, err
	}
	w := &World{GitLab: gitlab}
	images := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	realm := func() string { return w.GitLabURL + "/jwt/auth" }
	var gitlabHost string
	for _, server := range []struct {
		host    *string
		handler http.Handler
	}{
		{&gitlabHost, gitlab},
		{&w.Registry, gitlab.Protect("container_registry", realm, images)},
		{&w.Foreign, registry.New(registry.Logger(log.New(io.Discard, "", 0)))},
	} {
		if *server.host, err = w.serve(server.handler); err != nil {
			return nil, errors.Join(err, w.Close())
		}
	}
	w.GitLabURL = "http://" + gitlabHost
	w.Image = w.Registry + "/group/app:1"
	if err := seed(images, w.Image); err != nil {
		return nil, errors.Join(fmt.Errorf("seeding %s: %w", w.Image, err), w.Close())
	}
	return w, nil
}

// Requests returns how many requests have reached any of the servers so far.
func (w *World) Requests() int { return int(w.asked.Load()) }

// Close stops the servers.
func (w *World) Close() error {
	var errs []error
	for _, s := range w.servers {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}

// serve starts a server on a port that the system chooses, and returns its host:port. The host is a name, and the same
// one for all: go-containerregistry follows a registry to a sign-in elsewhere only where that has a name, oras-go only
// where that is the registry's own.
func (w *World) serve(handler http.Handler) (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{
		Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			w.asked.Add(1)
			handler.ServeHTTP(rw, r)
		}),
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          log.New(io.Discard, "", 0),
	}
	w.servers = append(w.servers, server)
	go func() { _ = server.Serve(listener) }() // Close ends it, with an error that says so.
	_, port, err := net.SplitHostPort(listener.Addr().String())
	return "localhost:" + port, err
}
