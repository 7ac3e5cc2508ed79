package gitlab

import (
	"crypto/tls"
	"net/http"
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
			Proxy:           checked(proxyText(), http.ProxyFromEnvironment),
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
