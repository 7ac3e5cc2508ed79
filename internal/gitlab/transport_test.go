package gitlab

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// secureWorld returns a world in TLS with that certificate, reached through the proxy: a registry and a GitLab with a
// path, under names of their own.
func secureWorld(t *testing.T, cert tls.Certificate, token gitlabtest.Token) *world {
	t.Helper()
	w := bareWorld(t)
	token.Secret = canary
	w.gitlab.Add(token)
	name := aName()
	w.host = hostOf(t, aName()+":5050")
	w.base = "https://" + name + "/some/path"
	gitlab := serveTLS(t, cert, http.StripPrefix("/some/path", w.gitlab))
	registry := serveTLS(t, cert, w.front())
	wayOut.route(w.host.String(), strings.TrimPrefix(registry.URL, "https://"))
	wayOut.route(name+":443", strings.TrimPrefix(gitlab.URL, "https://"))
	return w
}

// TestThroughTheEnvironmentsProxy also shows that SSL_CERT_FILE counts: envCert is nowhere else.
func TestThroughTheEnvironmentsProxy(t *testing.T) {
	t.Parallel()
	w := secureWorld(t, envCert, gitlabtest.Token{Scopes: []string{"api"}, ExpiresAt: "2026-05-31"})
	life, err := w.inspect(t, "jane")
	if err != nil || life.GitLab != w.base || !life.ExpiresAt.Equal(may31) {
		t.Fatalf("%+v, %v", life, err)
	}
	name := strings.TrimSuffix(strings.TrimPrefix(w.base, "https://"), "/some/path")
	registry, gitlab := wayOut.requests(w.host.String()), wayOut.requests(name+":443")
	if registry != 1 || gitlab != 3 {
		t.Errorf("connections through the proxy: %d to the registry, %d to GitLab", registry, gitlab)
	}
}

// TestRedirectsAreNotFollowed lets every endpoint in turn point elsewhere. Nothing may arrive there: net/http by itself
// would bring PRIVATE-TOKEN along.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	arrived := make(chan http.Header, 10)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		arrived <- r.Header
	}))
	defer elsewhere.Close()
	for _, endpoint := range []gitlabtest.Endpoint{"", gitlabtest.Self, gitlabtest.SignIn} {
		w := newWorld(t, &gitlabtest.Token{Scopes: []string{"api"}})
		w.gitlab.Fault(gitlabtest.Fault{Endpoint: endpoint, Redirect: elsewhere.URL + "/" + canary})
		life, err := w.inspect(t, "jane")
		switch endpoint {
		case "":
			wantUnreachable(t, err, "a redirect to "+`"`+elsewhere.URL+`"`)
		case gitlabtest.Self:
			if err != nil || life.Expiry != credentials.ExpiryUnknown {
				t.Errorf("%s: %+v, %v", endpoint, life, err)
			}
		case gitlabtest.SignIn:
			if err != nil || life.Expiry != credentials.ExpiryNever {
				t.Errorf("%s: %+v, %v", endpoint, life, err)
			}
		}
	}
	w := newWorld(t, nil)
	w.registry = func(rw http.ResponseWriter, r *http.Request) {
		http.Redirect(rw, r, elsewhere.URL, http.StatusTemporaryRedirect)
	}
	_, err := w.inspect(t, "jane")
	wantNotGitLab(t, err, "a redirect to")
	select {
	case header := <-arrived:
		t.Errorf("a request went elsewhere: %v", header)
	default:
	}
}

// TestRedirectsWithinTheHostAreNotFollowed keeps each endpoint at one request.
func TestRedirectsWithinTheHostAreNotFollowed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &gitlabtest.Token{Scopes: []string{"api"}})
	w.gitlab.Fault(gitlabtest.Fault{Redirect: "/users/sign_in"})
	_, err := w.inspect(t, "jane")
	wantUnreachable(t, err, "a redirect to another page of its own")
	if seen := w.gitlab.Seen(); len(seen) != 2 {
		t.Errorf("seen: %+v", seen)
	}
}

// TestAnswerThatIsNoHTTP has a GitLab that echoes the secret where net/http quotes it: in place of a status.
func TestAnswerThatIsNoHTTP(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 4096))
			_, _ = conn.Write([]byte("HTTP/1.1 " + canary + " echo\r\n\r\n"))
			_ = conn.Close()
		}
	}()
	w := newWorld(t, nil)
	w.base = "http://" + listener.Addr().String()
	_, err = w.inspect(t, "jane")
	wantUnreachable(t, err, `malformed HTTP status code "[redacted]"`)
}
