package gitlab

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// The environment of all tests: a proxy that is the only way out of this machine, and one root certificate that counts.
// Both have to stand before the first request, since Go reads them once.
var (
	wayOut  = &proxy{routes: make(map[string]string)}
	envCert = selfSigned()
)

// The credential that the proxy is given.
const (
	proxyUser     = "pr0xy-user"
	proxyPassword = "pr0xy-password"
)

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "gitlab-test")
		if err != nil {
			panic(err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		server := httptest.NewServer(wayOut)
		defer server.Close()
		for _, name := range []string{"NO_PROXY", "no_proxy", "http_proxy", "https_proxy", "REQUEST_METHOD"} {
			_ = os.Unsetenv(name)
		}
		roots := filepath.Join(dir, "roots.pem")
		if err := os.WriteFile(roots, pemOf(envCert), 0o600); err != nil {
			panic(err)
		}
		way := "http://" + proxyUser + ":" + proxyPassword + "@" + strings.TrimPrefix(server.URL, "http://")
		for name, value := range map[string]string{
			"HTTP_PROXY": way, "HTTPS_PROXY": way, "SSL_CERT_FILE": roots, "SSL_CERT_DIR": dir,
		} {
			_ = os.Setenv(name, value)
		}
		return m.Run()
	}())
}

// proxy is an HTTP proxy that reaches the hosts it has a route to, and notes what it was asked for.
type proxy struct {
	mu     sync.Mutex
	routes map[string]string // "host:port" to an address on this machine
	asked  []string
}

// route leads connections for target ("host:port") to address.
func (p *proxy) route(target, address string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.routes[target] = address
}

// requests returns how often the proxy was asked for target: "host:port" of a tunnel, or "http://..." in plain.
func (p *proxy) requests(target string) (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, asked := range p.asked {
		if asked == target {
			n++
		}
	}
	return n
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	address, known := p.routes[r.Host]
	target := r.Host
	if r.Method != http.MethodConnect {
		target = r.URL.String()
	}
	p.asked = append(p.asked, target)
	p.mu.Unlock()
	if strings.HasPrefix(r.Host, "echo-") {
		refuseWithEcho(w, r)
		return
	}
	if !known || r.Method != http.MethodConnect {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	there, err := net.Dial("tcp", address)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	here, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	_, _ = fmt.Fprint(here, "HTTP/1.1 200 OK\r\n\r\n")
	go func() { _, _ = io.Copy(there, here); _ = there.Close() }()
	_, _ = io.Copy(here, there)
	_ = here.Close()
}

// refuseWithEcho says in place of a reason what the proxy was told in confidence.
func refuseWithEcho(w http.ResponseWriter, r *http.Request) {
	here, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	_, _ = fmt.Fprintf(here, "HTTP/1.1 407 Proxy-Authorization: %s and %s:%s refused\r\n\r\n",
		r.Header.Get("Proxy-Authorization"), proxyUser, proxyPassword)
	_ = here.Close()
}

// aName returns a host name that no other test has, under example.com.
func aName() string { return strings.ToLower(rand.Text()) + ".example.com" }

// selfSigned returns a certificate for this machine and for all of example.com.
func selfSigned() tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: rand.Text()},
		DNSNames:     []string{"*.example.com", "localhost"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Hour),
		IsCA:         true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func pemOf(cert tls.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]})
}

// serveTLS starts a server with that certificate.
func serveTLS(t *testing.T, cert tls.Certificate, h http.Handler) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(h)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}
