package gitlab

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// listener is a TCP server that gives each connection to serve.
func listener(t *testing.T, serve func(net.Conn)) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go serve(conn)
		}
	}()
	return l.Addr().String()
}

// TestRotateIsNotSent: where no connection comes about nothing can have changed, and the error says so.
func TestRotateIsNotSent(t *testing.T) {
	t.Parallel()
	mail := listener(t, func(conn net.Conn) {
		_, _ = conn.Write([]byte("220 mail.example.com ESMTP\r\n"))
		_, _ = io.Copy(io.Discard, conn)
	})
	wrongCert := serveTLS(t, selfSigned(), http.NotFoundHandler())
	for base, text := range map[string]string{
		"http://127.0.0.1:1":      "connection refused",
		"https://" + aName():      "Bad Gateway", // the proxy has no way there
		"https://echo-" + aName(): "Proxy-Authorization: Basic [redacted] and [redacted] refused",
		wrongCert.URL:             "certificate signed by unknown authority",
		"https://" + mail:         "first record does not look like a TLS handshake",
	} {
		w := rotating(t)
		w.base = base
		_, _, err := w.rotate(t)
		wantCertain(t, err)
		wantUnreachable(t, err, text)
	}
}

func TestRotateGoesNowhereElse(t *testing.T) {
	t.Parallel()
	for base, text := range map[string]string{
		"http://gitlab.example.com":            "which is not https",
		"http://127.0.0.1.example.com":         "which is not https",
		"ftp://127.0.0.1":                      "which is not https",
		"https://jane@gitlab.example.com":      "which is not a plain URL",
		"https://gitlab.example.com/?x=":       "which is not a plain URL",
		"https://" + canary + ".example.com/":  `"https://[redacted].example.com/", which has the credential in it`,
		"https://gitlab.example.com/" + canary: "which has the credential in it",
	} {
		w := rotating(t)
		w.base = base
		_, _, err := w.rotate(t)
		wantCertain(t, err)
		wantNotGitLab(t, err, text)
		if len(w.told) != 0 {
			t.Errorf("%s: %q", base, w.told)
		}
	}
	w := rotating(t)
	arrived := make(chan string, 1)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { arrived <- r.Method }))
	defer elsewhere.Close()
	w.gitlab.Fault(gitlabtest.Fault{Endpoint: gitlabtest.Rotate, Redirect: elsewhere.URL + "/" + canary})
	_, _, err := w.rotate(t)
	wantCertain(t, err)
	wantUnreachable(t, err, `a redirect to "`+elsewhere.URL+`", which is not followed`)
	select {
	case method := <-arrived:
		t.Errorf("a %s went elsewhere", method)
	default:
	}
}

// TestRotateIsSentOnce to a server that takes the request and answers with what is no HTTP. net/http sends a request
// again that fails on a connection used before; a second attempt would be the end of the new token.
func TestRotateIsSentOnce(t *testing.T) {
	t.Parallel()
	connections := make(chan bool, 10)
	address := listener(t, func(conn net.Conn) {
		connections <- true
		_, _ = conn.Read(make([]byte, 4096))
		_, _ = conn.Write([]byte("HTTP/1.1 " + canary + " echo\r\n\r\n"))
		_ = conn.Close()
	})
	w := rotating(t)
	w.base = "http://" + address
	_, _, err := w.rotate(t)
	wantUncertain(t, err, `malformed HTTP status code "[redacted]"`)
	if len(connections) != 1 {
		t.Errorf("%d connections", len(connections))
	}
}

// TestRotateThroughTheEnvironmentsProxy: one tunnel, in TLS that a file of one's own vouches for.
func TestRotateThroughTheEnvironmentsProxy(t *testing.T) {
	t.Parallel()
	private := selfSigned()
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pemOf(private), 0o600); err != nil {
		t.Fatal(err)
	}
	w := secureWorld(t, private, gitlabtest.Token{Scopes: []string{"api"}})
	_, _, err := w.rotate(t)
	wantCertain(t, err)
	wantUnreachable(t, err, "certificate signed by unknown authority")
	w.client = w.newClient(file)
	secret, found, err := w.rotate(t)
	if err != nil || secret != heir || found.Life.GitLab != w.base || len(w.gitlab.Seen()) != 1 {
		t.Errorf("%+v, %v", found, err)
	}
	name := strings.TrimSuffix(strings.TrimPrefix(w.base, "https://"), "/some/path")
	if n := wayOut.requests(name + ":443"); n != 2 {
		t.Errorf("%d tunnels for two attempts", n)
	}
}
