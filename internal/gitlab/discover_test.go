package gitlab

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

func TestReadRegistry(t *testing.T) {
	t.Parallel()
	const end = `/jwt/auth",service="container_registry"`
	for _, tc := range []struct{ host, challenge, base, found string }{
		{"registry.example.com", `Bearer realm="https://gitlab.example.com` + end, "https://gitlab.example.com", ""},
		{"registry.example.com", `Bearer realm="HTTPS://GitLab.Example.com:443` + end, "https://gitlab.example.com", ""},
		{"registry.example.com", `Bearer realm="https://example.com:8443/a/b` + end, "https://example.com:8443/a/b", ""},
		{"registry.example.com", `Bearer realm="https://example.com//` + end[1:], "https://example.com", ""},
		{"registry.example.com", `Basic realm="x", Bearer realm="https://example.com` + end, "https://example.com", ""},
		{"gitlab.example.com", `Bearer realm="https://gitlab.example.com/jwt/auth",service="dependency_proxy"`,
			"https://gitlab.example.com", ""},
		{"localhost:5000", `Bearer realm="http://localhost:3000` + end, "http://localhost:3000", ""},
		{"localhost:5000", `Bearer realm="http://[::1]:3000` + end, "http://[::1]:3000", ""},
		{"127.0.0.1:5000", `Bearer realm="https://gitlab.example.com` + end, "https://gitlab.example.com", ""},

		{"registry.example.com", `Bearer realm="http://gitlab.example.com` + end, "", "is not https"},
		{"registry.example.com", `Bearer realm="http://127.0.0.1:3000` + end, "", "is not https"},
		{"localhost:5000", `Bearer realm="http://gitlab.example.com` + end, "", "is not https"},
		{"localhost:5000", `Bearer realm="ftp://localhost` + end, "", "is not https"},
		{"registry.example.com", `Bearer realm="https://gitlab.com@evil.example` + end, "", "not a plain URL"},
		{"registry.example.com", `Bearer realm="https://u:p@evil.example` + end, "", "not a plain URL"},
		{"registry.example.com", `Bearer realm="https://example.com/jwt/auth?x",service="container_registry"`, "",
			"not a plain URL"},
		{"registry.example.com", `Bearer realm="https://example.com/#` + end, "", "not a plain URL"},
		{"registry.example.com", `Bearer realm="` + end, "", "not a plain URL"},
		{"registry.example.com", `Bearer realm="https://` + end, "", "not a plain URL"},
		{"registry.example.com", `Bearer realm="https://exa%6Dple.com` + end, "", "not"},
		{"registry.example.com", `Bearer realm="https://exämple.com` + end, "", "not on a host"},
		{"registry.example.com", `Bearer realm="https://auth.docker.io/token",service="registry.docker.io"`, "",
			`"https://auth.docker.io/token" for "registry.docker.io", which is not GitLab's`},
		{"registry.example.com", `Bearer realm="https://quay.io/v2/auth",service="container_registry"`, "", "not GitLab's"},
		{"registry.example.com", `Bearer realm="https://example.com/jwt/auth",service="quay.io"`, "", "not GitLab's"},
		{"registry.example.com", `Bearer service="container_registry"`, "", "not a plain URL"},
		{"registry.example.com", `Bearer realm="https://example.com/` + strings.Repeat("a", 483) + end,
			"https://example.com/" + strings.Repeat("a", 483), ""},
		{"registry.example.com", `Bearer realm="https://example.com/` + strings.Repeat("a", 484) + end, "", "is too long"},
		{"registry.example.com", `Basic realm="Registry Realm"`, "", `it asks for "basic" credentials`},
		{"registry.example.com", ``, "", "without saying of which kind"},
		{"registry.example.com", `Bearer realm="https://a/jwt/auth",realm="https://b` + end, "", "without saying"},
	} {
		header := http.Header{}
		header.Set("WWW-Authenticate", tc.challenge)
		at, err := readRegistry(hostOf(t, tc.host), reply{status: http.StatusUnauthorized, header: header}, nil)
		if at.base != tc.base || (err == nil) != (tc.found == "") {
			t.Errorf("%s: %+v, %v", tc.challenge, at, err)
		}
		if tc.found != "" {
			wantNotGitLab(t, err, tc.found)
		}
		if err == nil && !strings.Contains(tc.challenge, at.service) {
			t.Errorf("%s: service %q", tc.challenge, at.service)
		}
	}
}

func TestReadRegistryWithoutChallenge(t *testing.T) {
	t.Parallel()
	h := hostOf(t, "registry.example.com")
	for status, found := range map[int]string{
		200: "/v2/ answers 200 OK without asking for a credential",
		302: `/v2/ answers 302 Found, a redirect to "https://elsewhere.example"`,
		400: "/v2/ answers 400 Bad Request",
		404: "/v2/ answers 404 Not Found",
		999: "/v2/ answers 999",
	} {
		header := http.Header{}
		if status == 302 {
			header.Set("Location", "https://elsewhere.example/v2/")
		}
		_, err := readRegistry(h, reply{url: "https://registry.example.com/v2/", status: status, header: header}, nil)
		if status == 999 {
			wantUnreachable(t, err, "999")
			continue
		}
		wantNotGitLab(t, err, found)
	}
	for _, status := range []int{403, 408, 429, 500, 502, 503, 504} {
		_, err := readRegistry(h, reply{url: "https://registry.example.com/v2/", status: status}, nil)
		wantUnreachable(t, err, http.StatusText(status))
	}
}

// TestFloods has a registry talk without end. Errors stay short, and so does what is kept.
func TestFloods(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("\u00e9\"", 20<<10)
	w := newWorld(t, nil)
	for _, challenge := range []string{
		`Bearer realm="https://example.com/` + strings.Repeat("%41", 16<<10) + `/jwt/auth",service="container_registry"`,
		`Bearer realm="` + w.base + `/jwt/auth",service="` + strings.ReplaceAll(long, `"`, `\"`) + `"`,
		strings.Repeat("a", 50<<10) + ` realm="x"`,
	} {
		header := http.Header{"Www-Authenticate": {challenge}}
		_, err := readRegistry(w.host, reply{status: http.StatusUnauthorized, header: header}, nil)
		wantNotGitLab(t, err, "")
		if n := len(err.Error()); n > 2<<10 {
			t.Errorf("an error of %d bytes", n)
		}
	}
	header := http.Header{"Location": {"https://" + strings.Repeat("a", 50<<10)}}
	_, err := readRegistry(w.host, reply{status: http.StatusFound, header: header}, nil)
	if n := len(err.Error()); n > 1<<10 {
		t.Errorf("an error of %d bytes", n)
	}
}

// TestRegistryThatKnowsTheSecret has one that repeats it, though this time it did not get it.
func TestRegistryThatKnowsTheSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t, &gitlabtest.Token{Scopes: []string{"api"}})
	for text, answer := range map[string]struct {
		status      int
		name, value string
	}{
		`is "https://[redacted].example/jwt/auth" for "container_registry", which has the credential`: {401, "WWW-Authenticate",
			`Bearer realm="https://` + canary + `.example/jwt/auth",service="container_registry"`},
		`/x/[redacted]/jwt/auth" for "container_registry", which has the credential`: {401, "WWW-Authenticate",
			`Bearer realm="` + w.base + "/x/" + strings.ToUpper(canary) + `/jwt/auth",service="container_registry"`},
		`for "[redacted]", which is not GitLab's`: {401, "WWW-Authenticate",
			`Bearer realm="` + w.base + `/jwt/auth",service="` + canary + `"`},
		`it asks for "[redacted]" credentials`: {401, "WWW-Authenticate", canary + " x=y"},
		`a redirect to "https://[redacted]"`:   {302, "Location", "https://" + canary + "/v2/"},
	} {
		w.registry = func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set(answer.name, answer.value)
			rw.WriteHeader(answer.status)
		}
		_, err := w.inspect(t, "jane")
		wantNotGitLab(t, err, text)
	}
	if seen := w.gitlab.Seen(); len(seen) != 0 {
		t.Errorf("GitLab was asked: %v", seen)
	}
}

func TestHTTPSIsTriedFirstOnLoopback(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	secure := serveTLS(t, envCert, w.front())
	at, err := w.client.discover(t.Context(), hostOf(t, secure.URL), nil)
	if err != nil || at.base != w.base {
		t.Errorf("https: %+v, %v", at, err)
	}
	at, err = w.client.discover(t.Context(), w.host, nil)
	if err != nil || at.base != w.base {
		t.Errorf("plain http: %+v, %v", at, err)
	}
}

func TestNoPlainHTTPWhereTLSIsNotTrusted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	var asked atomic.Int32
	stranger := serveTLS(t, selfSigned(), http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	_, err := w.client.discover(t.Context(), hostOf(t, stranger.URL), nil)
	wantUnreachable(t, err, "certificate signed by unknown authority")
	if asked.Load() != 0 {
		t.Error("it was asked all the same")
	}
}

func TestRefusedConnection(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	_, err := New(Options{}).discover(t.Context(), hostOf(t, gone.URL), nil)
	wantUnreachable(t, err, "connection refused")
}

func TestNoPlainHTTPToOtherHosts(t *testing.T) {
	t.Parallel()
	c := New(Options{})
	h := hostOf(t, aName())
	_, err := c.discover(t.Context(), h, nil)
	wantUnreachable(t, err, "Bad Gateway")
	if wayOut.requests(h.String()+":443") != 1 {
		t.Error("https was not tried, or more than once")
	}
	address := "http://" + h.String() + "/v2/"
	if wayOut.requests(address) != 0 {
		t.Error("plain http was tried")
	}
	if _, err := c.fetch(t.Context(), address, nil); err == nil || wayOut.requests(address) != 0 {
		t.Errorf("plain http was spoken: %v", err)
	}
}

func TestConfidential(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"https://gitlab.example.com/":  true,
		"http://gitlab.example.com/":   false,
		"http://localhost:3000/":       true,
		"http://127.1.2.3/":            true,
		"http://[::1]:5000/":           true,
		"http://localhost.example.com": false,
		"http://127.0.0.1.nip.io/":     false,
		"ftp://localhost/":             false,
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if got := confidential(req.URL); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}
