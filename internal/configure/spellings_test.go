package configure

import (
	"slices"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

func TestSpellings(t *testing.T) {
	const text = `{"auths": {
		"https://Registry.Example.com:443/v2/": {"username": "u"}, "registry.example.com/group": {"username": "u"},
		"https://u:p@REGISTRY.example.com": {"username": "u"}, "RegistrY.example.com": {}, "other.example.com": {"username": "u"}
	}}`
	for _, tt := range []struct {
		name string
		wish Wish
		want []string
	}{
		{"as it was logged in to", Wish{Host: hostOf(t, "registry.example.com")},
			[]string{"registry.example.com", "Registry.Example.com:443", "REGISTRY.example.com", "RegistrY.example.com"}},
		{"each once", Wish{Host: hostOf(t, "registry.example.com"), Spellings: []string{"registry.example.com", "Registry.Example.com:443"}},
			[]string{"registry.example.com", "Registry.Example.com:443", "REGISTRY.example.com", "RegistrY.example.com"}},
		{"none in the file", Wish{Host: hostOf(t, "h:5050"), Spellings: []string{"H:5050"}}, []string{"h:5050", "H:5050"}},
	} {
		if got := Spellings(mustParse(t, text), tt.wish); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestBothPorts(t *testing.T) {
	for host, want := range map[string][]string{
		"h":          {"h", "h:443"},
		"H:443":      {"h", "h:443"},
		"h:5050":     {"h:5050"},
		"[::1]":      {"[::1]", "[::1]:443"},
		"[::1]:5050": {"[::1]:5050"},
	} {
		if got := BothPorts(hostOf(t, host)); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", host, got, want)
		}
	}
}

func TestRemove(t *testing.T) {
	const text = `{"auths": {"h": {}}, "credHelpers": {"h": "gitlabjob", "H:443": "gitlabjob", "x": "gitlabjob", "not a host": "gitlabjob", "y": "pass"}}`
	for _, tt := range []struct {
		name       string
		hosts      []string
		gone, want string
	}{
		{"all", nil, "h|H:443|x|not a host", `{"auths": {"h": {}}, "credHelpers": {"y": "pass"}}`},
		{"one host", []string{"h"}, "h|H:443",
			`{"auths": {"h": {}}, "credHelpers": {"x": "gitlabjob", "not a host": "gitlabjob", "y": "pass"}}`},
		{"two hosts", []string{"x", "h"}, "h|H:443|x",
			`{"auths": {"h": {}}, "credHelpers": {"not a host": "gitlabjob", "y": "pass"}}`},
		{"a host of another helper", []string{"y"}, "", text},
		{"a host that is not there", []string{"z"}, "", text},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var hosts []credentials.Host
			for _, h := range tt.hosts {
				hosts = append(hosts, hostOf(t, h))
			}
			f := mustParse(t, text)
			got := Remove(f, hosts...)
			if strings.Join(got, "|") != tt.gone || string(f.Bytes()) != tt.want || f.Changed() != (tt.want != text) {
				t.Errorf("gone are %q, left is %s", got, f.Bytes())
			}
			if again := Remove(f, hosts...); len(again) > 0 {
				t.Errorf("the second time gone are %q", again)
			}
		})
	}

	// What Apply has put into a file, Remove takes out without a trace.
	for _, text := range []string{"{\n\t\"auths\": {},\n\t\"psFormat\": \"x\"\n}", `{"auths":{}}`, "{\r\n  \"a\": 1e400\r\n}\r\n"} {
		f := mustParse(t, text)
		Apply(f, Wish{Host: hostOf(t, "h"), Spellings: []string{"h:443", "H"}}, byName)
		Remove(f)
		if string(f.Bytes()) != text {
			t.Errorf("%q became %q", text, f.Bytes())
		}
	}
}
