package gitlab

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// signInPath is where GitLab signs clients in to its registry and its dependency proxy (gl:config/routes.rb).
const signInPath = "/jwt/auth"

// instance is the GitLab behind a registry, as the registry's challenge names it.
type instance struct {
	base    string // "https://gitlab.example.com", with the path it may have, without a slash at the end
	service string // "container_registry" or "dependency_proxy"
}

// host returns GitLab's own host, whose /v2/ is the dependency proxy. It is zero where the base URL has none.
func (at instance) host() credentials.Host {
	u, err := url.Parse(at.base)
	if err != nil {
		return credentials.Host{}
	}
	host, _ := credentials.ParseHost(u.Host)
	return host
}

// maxRealm bounds the address of a sign-in, in bytes. It becomes a part of errors, and of what is kept.
const maxRealm = 512

// discover asks the registry h which GitLab is behind it. No rule on names would tell: the registry of an instance may
// stand anywhere. It returns a *NotGitLabError when there is none, an *UnreachableError when there is no telling. The
// registry gets no credential, and yet it may know it from before: none of hide stands in what comes out.
func (c *Client) discover(ctx context.Context, h credentials.Host, hide []string) (instance, error) {
	got, err := c.fetch(ctx, "https://"+h.String()+"/v2/", nil, hide...)
	if err != nil && h.Loopback() && mayBePlain(ctx, err) {
		c.trace("%v; trying plain http, since this is the same machine", err)
		got, err = c.fetch(ctx, "http://"+h.String()+"/v2/", nil, hide...)
	}
	if err != nil {
		return instance{}, &credentials.UnreachableError{Host: h, Err: err}
	}
	return readRegistry(h, got, hide)
}

// mayBePlain reports whether an attempt that failed with err leaves it open that plain http is spoken there. A server
// whose certificate is not trusted speaks TLS.
func mayBePlain(ctx context.Context, err error) bool {
	var untrusted *tls.CertificateVerificationError
	return ctx.Err() == nil && !errors.As(err, &untrusted)
}

// readRegistry reads which GitLab a registry's answer at /v2/ names. No registry forbids that page to a client without
// a credential: a 403 comes from something before it that refuses the address, and tells nothing of what is behind.
func readRegistry(h credentials.Host, got reply, hide []string) (instance, error) {
	found := "/v2/ answers " + got.statusText()
	switch status := got.status; {
	case status == http.StatusUnauthorized:
		at, otherwise := readChallenges(h, parseChallenges(got.header.Values("WWW-Authenticate")), hide)
		if otherwise == "" {
			return at, nil
		}
		found = otherwise
	case status == http.StatusForbidden:
		err := fmt.Errorf("%w: a proxy, or a ban of this address", got.unexpected(hide...))
		return instance{}, &credentials.UnreachableError{Host: h, Err: err}
	case status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status >= 500:
		return instance{}, &credentials.UnreachableError{Host: h, Err: got.unexpected(hide...)}
	case status < 300:
		found += " without asking for a credential"
	case got.redirect() != "":
		found += ", a redirect to " + got.redirect(hide...)
	}
	return instance{}, &credentials.NotGitLabError{Host: h, Found: found}
}

// readChallenges returns the GitLab that one of the challenges names, or says what they ask for instead.
func readChallenges(h credentials.Host, all []challenge, hide []string) (at instance, otherwise string) {
	otherwise = "it asks for a credential without saying of which kind"
	for _, ch := range all {
		if ch.scheme != "bearer" {
			otherwise = "it asks for " + quoted(ch.scheme, hide...) + " credentials, and names no token service"
			continue
		}
		realm, service := ch.params["realm"], ch.params["service"]
		base, reason := baseURL(realm, h.Loopback())
		if holds(base, hide) {
			reason = "which has the credential in it"
		}
		if service != "container_registry" && service != "dependency_proxy" {
			reason = "which is not GitLab's"
		}
		if reason == "" {
			return instance{base: base, service: service}, ""
		}
		return instance{}, fmt.Sprintf("its token service is %s for %s, %s",
			quoted(realm, hide...), quoted(service, hide...), reason)
	}
	return instance{}, otherwise
}

// baseURL returns the base URL of the GitLab whose sign-in realm is, or the reason why the credential may not go there.
// Only a registry on this machine may name a sign-in that speaks plain http (then plain is true): a distant one could
// otherwise have credentials delivered to any local port.
func baseURL(realm string, plain bool) (base, reason string) {
	if len(realm) > maxRealm {
		return "", "which is too long to be GitLab's"
	}
	u, err := url.Parse(realm)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return "", "which is not a plain URL"
	}
	path, ok := strings.CutSuffix(u.EscapedPath(), signInPath)
	if !ok {
		return "", "which is not GitLab's"
	}
	host, err := credentials.ParseHost(u.Host)
	if err != nil {
		return "", "which is not on a host"
	}
	if !confidential(u) || u.Scheme != "https" && !plain {
		return "", "which is not https"
	}
	return u.Scheme + "://" + host.String() + strings.TrimRight(path, "/"), ""
}
