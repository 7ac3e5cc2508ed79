package gitlab

import (
	"cmp"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

var errBadProxy = errors.New("the proxy that the environment names (HTTPS_PROXY) is not the URL of one")

// proxyText returns the proxy that the environment names, from the variable that Go takes. Plain http is spoken to this
// machine only, for which Go uses no proxy, so HTTP_PROXY is of no interest.
func proxyText() string { return cmp.Or(os.Getenv("HTTPS_PROXY"), os.Getenv("https_proxy")) }

// checked returns proxy, preceded by a look at text, which is what the environment has for it. Go says nothing of a
// text that it cannot read: it connects directly, or takes the scheme for the proxy's name ("http://u:p#w@proxy" is a
// proxy called "http" to it). Where only the proxy leads out, either ends in an error that does not say why. NO_PROXY
// does not excuse such a text, since only Go's own reader of it knows what it is about; this machine does.
func checked(text string, proxy func(*http.Request) (*url.URL, error)) func(*http.Request) (*url.URL, error) {
	_, ok := parseProxy(text)
	return func(r *http.Request) (*url.URL, error) {
		if ok {
			return proxy(r)
		}
		if h, err := credentials.ParseHost(r.URL.Host); err == nil && h.Loopback() {
			return nil, nil
		}
		return nil, errBadProxy
	}
}

// parseProxy reads the text of a proxy as Go does, where a scheme may be left out, and reports whether it makes sense.
// No text at all does: it is no proxy.
func parseProxy(text string) (*url.URL, bool) {
	if text == "" {
		return nil, true
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" || u.Host == "" {
		u, err = url.Parse("http://" + text)
	}
	if err != nil || u.Hostname() == "" || strings.HasPrefix(u.Path, "//") {
		return nil, false
	}
	return u, slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme)
}

// proxyForms returns the forms in which a proxy's own credential may be echoed by it: net/http shows the reason that a
// proxy gives for its 407. A word of three letters or fewer is not hidden by itself, since errors are full of those.
func proxyForms(text string) []string {
	u, ok := parseProxy(text)
	if !ok || u == nil || u.User == nil {
		return nil
	}
	name := u.User.Username()
	password, _ := u.User.Password()
	plain := name + ":" + password
	hide := []string{base64.StdEncoding.EncodeToString([]byte(plain)), plain, u.User.String()}
	hide = append(hide, forms(name, credentials.NewSecret(cmp.Or(password, name)))...) // Or the name is the secret.
	return slices.DeleteFunc(hide, func(form string) bool { return len(form) <= 3 })
}
