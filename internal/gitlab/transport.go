package gitlab

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
)

// maxHeader bounds what a server may say before its body, in bytes.
const maxHeader = 64 << 10

// httpClient returns the one http.Client of c, made at its first use.
func (c *Client) httpClient() (*http.Client, error) {
	c.once.Do(func() { c.http, c.err = newHTTPClient(c.options.CAFile) })
	return c.http, c.err
}

// newHTTPClient returns a client that takes proxies (HTTPS_PROXY, NO_PROXY) and root certificates (SSL_CERT_FILE) from
// the environment, as Go does, and trusts caFile besides.
func newHTTPClient(caFile string) (*http.Client, error) {
	roots, err := rootsWith(caFile)
	if err != nil {
		return nil, err
	}
	return &http.Client{
		Transport: &http.Transport{
			Proxy:           discreet(http.ProxyFromEnvironment),
			TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
			// A request that fails on a connection used before is sent again by net/http, unasked. GitLab would
			// count that as a second attempt, so no connection is used twice.
			DisableKeepAlives:      true,
			DisableCompression:     true,
			MaxResponseHeaderBytes: maxHeader,
		},
		// On a redirect net/http keeps headers of one's own, PRIVATE-TOKEN among them, even to another host. No
		// endpoint that this package asks has a reason to redirect, so the redirect itself is the answer.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}

// rootsWith returns the system's root certificates and those of caFile; nil, which means the system's, without one.
func rootsWith(caFile string) (*x509.CertPool, error) {
	if caFile == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(filepath.Clean(caFile))
	if err != nil {
		return nil, fmt.Errorf("the file of certificate authorities cannot be read: %w", err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool() // A system without roots is no reason to distrust the file.
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("the file of certificate authorities %q has no certificate in it", caFile)
	}
	return roots, nil
}

var errBadProxy = errors.New("the proxy that the environment names (HTTPS_PROXY, HTTP_PROXY) is not a URL")

// discreet keeps a proxy's address out of errors, because a password may stand in it.
func discreet(proxy func(*http.Request) (*url.URL, error)) func(*http.Request) (*url.URL, error) {
	return func(r *http.Request) (*url.URL, error) {
		to, err := proxy(r)
		if err != nil {
			return nil, errBadProxy
		}
		return to, nil
	}
}
