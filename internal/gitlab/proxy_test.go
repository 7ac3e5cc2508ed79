package gitlab

import (
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestParseProxy(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"":                            true,
		"http://proxy:3128":           true,
		"https://user:p%40ss@proxy/":  true,
		"socks5h://proxy:1080":        true,
		"proxy.example.com":           true,
		"proxy.example.com:3128":      true,
		"user:pass@proxy:3128":        true,
		"http://[::1]:3128":           true,
		"http://user:p%zz@proxy:3128": false, // Go would connect directly,
		"%zz":                         false,
		"http://user:p#ss@proxy:3128": false, // and these it would take for a proxy called "http".
		"http://user:p ss@proxy:3128": false,
		"http://proxy:port":           false,
		"http//proxy:3128":            false,
		"//proxy:3128":                false,
		"http://":                     false,
		"proxy:port":                  false,
		"ftp://proxy":                 false,
		"http://proxy:3128\n":         false,
		" ":                           false,
	} {
		if _, ok := parseProxy(text); ok != want {
			t.Errorf("%q makes sense: %v", text, ok)
		}
	}
}

func TestBadProxyIsAnError(t *testing.T) {
	t.Parallel()
	const to = "http://proxy:3128"
	ask := func(text, address string) (*url.URL, error) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		return checked(text, func(*http.Request) (*url.URL, error) { return url.Parse(to) })(r)
	}
	const bad = "http://user:p#ssword@proxy:3128"
	if _, err := ask(bad, "https://gitlab.example.com/"); !errors.Is(err, errBadProxy) || strings.Contains(err.Error(), "ssword") {
		t.Errorf("%v", err)
	}
	for _, address := range []string{"https://127.0.0.1:5000/v2/", "http://localhost:5000/v2/"} {
		if got, err := ask(bad, address); err != nil || got != nil {
			t.Errorf("%s: %v, %v", address, got, err)
		}
	}
	if got, err := ask(to, "https://gitlab.example.com/"); err != nil || got.String() != to {
		t.Errorf("%v, %v", got, err)
	}
}

func TestProxyForms(t *testing.T) {
	t.Parallel()
	basic := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	for text, secrets := range map[string][]string{
		"http://jane:pa%40ssword@proxy": {"jane:pa%40ssword", "jane:pa@ssword", "pa@ssword", basic("jane:pa@ssword")},
		"jane:password@proxy:3128":      {"jane:password", "password", basic("jane:password")},
		"http://a-token@proxy":          {"a-token", basic("a-token:")},
		"http://jane:pw@proxy":          {"jane:pw", basic("jane:pw")},
	} {
		hide := proxyForms(text)
		for _, secret := range secrets {
			if got := word("it got "+secret+", no", hide...); got != "it got [redacted], no" {
				t.Errorf("%s: %q", text, got)
			}
		}
	}
	if got := word("the proxy has power", proxyForms("http://jane:pw@proxy")...); got != "the proxy has power" {
		t.Errorf("%q", got)
	}
	for _, text := range []string{"", "http://proxy:3128", "http://jane:p#ss@proxy"} {
		if hide := proxyForms(text); hide != nil {
			t.Errorf("%q: %q", text, hide)
		}
	}
}

// TestProxyThatEchoes has the proxy of all tests refuse with what it got: its own credential, which net/http shows.
func TestProxyThatEchoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.host = hostOf(t, "echo-"+aName())
	_, err := w.inspect(t, "jane")
	wantUnreachable(t, err, "Proxy-Authorization: Basic [redacted] and [redacted] refused")
	if strings.Contains(err.Error(), proxyPassword) {
		t.Errorf("%v", err)
	}
}
