package credentials

import (
	"errors"
	"strings"
	"testing"
)

func TestParseHostSpellings(t *testing.T) {
	for raw, want := range map[string]string{
		"registry.gitlab.com":                 "registry.gitlab.com",
		"registry.gitlab.com\r\n":             "registry.gitlab.com",
		"registry.gitlab.com\n":               "registry.gitlab.com",
		"REGISTRY.GitLab.com":                 "registry.gitlab.com",
		"registry.gitlab.com/":                "registry.gitlab.com",
		"registry.gitlab.com:443":             "registry.gitlab.com",
		"https://registry.gitlab.com":         "registry.gitlab.com",
		"https://registry.gitlab.com:443/v2/": "registry.gitlab.com",
		"HTTPS://registry.gitlab.com/":        "registry.gitlab.com",
		"http://registry.gitlab.com":          "registry.gitlab.com",
		"registry.gitlab.com/group/project":   "registry.gitlab.com",
		"https://index.docker.io/v1/":         "index.docker.io",
		"gitlab.example.com:5050":             "gitlab.example.com:5050",
		"http://gitlab.example.com:5050/a/b":  "gitlab.example.com:5050",
		"http://gitlab.example.com:80":        "gitlab.example.com:80",
		"localhost:5000":                      "localhost:5000",
		"my_registry:5000":                    "my_registry:5000",
		"127.0.0.1":                           "127.0.0.1",
		"[::1]":                               "[::1]",
		"[::1]:5000":                          "[::1]:5000",
		"[::1]:443":                           "[::1]",
		"https://[0:0:0:0:0:0:0:1]:5000/":     "[::1]:5000",
		"[2001:DB8::A]":                       "[2001:db8::a]",
		strings.Repeat("a", 63) + ".example":  strings.Repeat("a", 63) + ".example",
		"xn--gitlb-bta.example":               "xn--gitlb-bta.example",
	} {
		host, err := ParseHost(raw)
		if err != nil || host.String() != want {
			t.Errorf("ParseHost(%q) = %q, %v; want %q", raw, host, err, want)
		}
	}
}

func TestParseHostRefuses(t *testing.T) {
	for raw, reason := range map[string]string{
		"":                                 "names no host",
		"https://":                         "names no host",
		"https:///v2/":                     "names no host",
		":443":                             "names no host",
		"registry.gitlab.com@evil.example": "user-info",
		"https://registry.gitlab.com@evil.example": "user-info",
		"https://a:b@registry.gitlab.com":          "user-info",
		"registry.gitlab.com/x@evil.example":       "user-info",
		"registry.gitlab.com evil.example":         "space or control",
		" registry.gitlab.com":                     "space or control",
		"registry.gitlab.com\tx":                   "space or control",
		"registry.gitlab.com\revil":                "space or control",
		"registry.gitlab.com\x00.evil.example":     "space or control",
		"registry.gitlab.com\x7f":                  "space or control",
		"registry%2egitlab.com":                    `a '%'`,
		`registry.gitlab.com\@evil.example`:        `a '\\'`,
		`registry.gitlab.com\.evil.example`:        `a '\\'`,
		"registry.gitlab.com?x":                    `a '?'`,
		"registry.gitlab.com#x":                    `a '#'`,
		"registry.gitlаb.com":                      "outside ASCII", // a Cyrillic а
		"registry。gitlab.com":                      "outside ASCII",
		"registry.gitlab.com\u200b":                "outside ASCII",
		"ftp://registry.gitlab.com":                "scheme",
		"registry.gitlab.com/https://x":            "scheme",
		"registry.gitlab.com.":                     "not a DNS name",
		".registry.gitlab.com":                     "not a DNS name",
		"registry..gitlab.com":                     "not a DNS name",
		"-registry.gitlab.com":                     "not a DNS name",
		"registry-.gitlab.com":                     "not a DNS name",
		strings.Repeat("a", 64) + ".example":       "not a DNS name",
		strings.Repeat("a.", 126) + "aa":           "longer than 253",
		strings.Repeat("a", 3000):                  "longer than 2048",
		"registry,gitlab.com":                      `a ','`,
		"registry(gitlab).com":                     `a '('`,
		"registry.gitlab.com:":                     "port",
		"registry.gitlab.com:0":                    "port",
		"registry.gitlab.com:65536":                "port",
		"registry.gitlab.com:+443":                 "port",
		"registry.gitlab.com:0443":                 "port",
		"registry.gitlab.com:http":                 "port",
		"registry.gitlab.com:443:443":              "brackets",
		"::1":                                      "brackets",
		"[::1":                                     "IPv6",
		"[::1]x":                                   "IPv6",
		"[::1]x:5000":                              "IPv6",
		"[127.0.0.1]":                              "IPv6",
		"[::1%25eth0]":                             `a '%'`,
		"[]":                                       "IPv6",
		"[":                                        "IPv6",
	} {
		host, err := ParseHost(raw)
		var bad *BadHostError
		if !errors.As(err, &bad) || !strings.Contains(bad.Reason, reason) || !host.IsZero() {
			t.Errorf("ParseHost(%q) = %q, %v; want an error that says %q", raw, host, err, reason)
		}
	}
}

func TestBadHostErrorIsOneShortSafeLine(t *testing.T) {
	for _, raw := range []string{
		"https://user:glpat-secret@registry.example.com",
		"https://user:glpat-secret",
		"https://user:glpat-secret%40registry.example.com",
		"glpat-secret@registry.example.com",
		"glpat-secret%40registry.example.com",
		"https://registry.example.com/?private_token=glpat-secret",
		`{"ServerURL":"registry.example.com","Username":"a","Secret":"glpat-secret"}`,
		"glpat-secret and more",
		"a b\nglpat-no",
		strings.Repeat("x", 5000),
	} {
		text := (&BadHostError{Raw: raw, Reason: "it is bad"}).Error()
		if strings.Contains(text, "glpat") || strings.ContainsAny(text, "\n\r") || len(text) > 200 {
			t.Errorf("%q", text)
		}
	}
}

func TestBadHostErrorShowsWhichHost(t *testing.T) {
	for raw, want := range map[string]string{
		"registry.gitlab.com@evil.example": `"...@evil.example" is not`,
		"https://Registry.example.com?x=1": `"Registry.example.com..." is not`,
		"registry.example.com:99999":       `"registry.example.com..." is not`,
		"registry..example.com":            `"registry..example.com" is not`,
		"":                                 "the server URL is not",
		"registry%2eexample.com":           "the server URL is not",
	} {
		if text := (&BadHostError{Raw: raw, Reason: "it is bad"}).Error(); !strings.HasPrefix(text, want) {
			t.Errorf("%q: %s; want %s", raw, text, want)
		}
	}
}

func TestLoopback(t *testing.T) {
	for raw, want := range map[string]bool{
		"localhost": true, "localhost:5000": true, "127.0.0.1:5050": true, "127.8.9.1": true, "[::1]:5000": true,
		"[::ffff:127.0.0.1]": true, "registry.gitlab.com": false, "localhost.example.com": false, "10.0.0.1": false,
		"127.0.0.1.example.com": false, "[2001:db8::1]": false, "127.1": false,
	} {
		host, err := ParseHost(raw)
		if err != nil || host.Loopback() != want {
			t.Errorf("%s: Loopback = %v, %v; want %v", raw, host.Loopback(), err, want)
		}
	}
}

// FuzzParseHost: what is accepted is canonical, and nothing that a URL parser could read differently is accepted.
func FuzzParseHost(f *testing.F) {
	for _, seed := range []string{
		"registry.gitlab.com", "https://a:5050/b", "[::1]:5000", "a@b", "a%41", "A:443/", "a\r\n", "http://[::]:1/x",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		host, err := ParseHost(raw)
		if err != nil {
			if text := err.Error(); strings.ContainsAny(text, "\n\r\x1b") {
				t.Errorf("ParseHost(%q): the error is not one plain line: %q", raw, text)
			}
			return
		}
		again, err := ParseHost(host.String())
		if err != nil || again != host {
			t.Errorf("ParseHost(%q) = %q, which parses to %q, %v", raw, host, again, err)
		}
		for _, spelt := range []string{"https://" + host.String() + "/v2/", strings.ToUpper(host.String()), host.String() + "/"} {
			if alias, err := ParseHost(spelt); err != nil || alias != host {
				t.Errorf("ParseHost(%q) = %q, %v; want %q", spelt, alias, err, host)
			}
		}
		if strings.HasSuffix(host.String(), ":443") || strings.ContainsAny(host.String(), "@/\\%? #") {
			t.Errorf("ParseHost(%q) = %q", raw, host)
		}
		if !strings.Contains(strings.ToLower(raw), strings.Trim(host.String(), "[]")) && !strings.Contains(raw, "[") {
			t.Errorf("ParseHost(%q) = %q, which it does not contain", raw, host)
		}
	})
}
