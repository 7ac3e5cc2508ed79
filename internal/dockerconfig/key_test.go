package dockerconfig

import "testing"

func TestHostOfAndAuthority(t *testing.T) {
	for _, tt := range []struct{ key, authority, host string }{
		{"registry.example.com", "registry.example.com", "registry.example.com"},
		{"Registry.Example.com:443", "Registry.Example.com:443", "registry.example.com"},
		{"https://registry.example.com/v2/", "registry.example.com", "registry.example.com"},
		{"HTTPS://h:5050/a/b", "h:5050", "h:5050"},
		{"http://h/", "h", "h"},
		{"docker://h/a", "h", "h"}, // Docker drops any scheme
		{"h/a://b", "h", "h"},      // a path
		{"https://u:p@h:5050/", "h:5050", "h:5050"},
		{"https://u@v@h", "h", "h"},
		{"u:p@h", "u:p@h", ""}, // Docker takes it for a host, which it is not
		{"https://h?x=/y", "h", "h"},
		{"https://h#x", "h", "h"},
		{"https://h:/", "h", "h"},
		{"h?x", "h?x", ""},
		{"[::1]:5000", "[::1]:5000", "[::1]:5000"},
		{"https://[0:0::1]:443/v1/", "[0:0::1]:443", "[::1]"},
		{"", "", ""},
		{"https://", "", ""},
		{"https:///v2/", "", ""},
		{"not a host", "not a host", ""},
		{"h.", "h.", ""},
	} {
		if got := Authority(tt.key); got != tt.authority {
			t.Errorf("Authority(%q) = %q, want %q", tt.key, got, tt.authority)
		}
		host, ok := HostOf(tt.key)
		if host.String() != tt.host || ok != (tt.host != "") {
			t.Errorf("HostOf(%q) = %q, %v; want %q", tt.key, host, ok, tt.host)
		}
	}
}

// TestShown: what is shown of a key is about the same registry, if it is about any, and the same part of it.
func TestShown(t *testing.T) {
	for key, want := range map[string]string{
		"https://H:443/v2/":       "https://H:443/v2/",
		"https://u:pw@h/":         "https://[redacted]@h/",
		"https://u:pw@h/g/p":      "https://[redacted]@h/g/p",
		"https://h/v2/?token=pw":  "h/v2/",
		"https://h/u:pw@x":        "https://[redacted]@h/[redacted]",
		"h/u%3apw%40x":            "h/[redacted]",
		"u:pw@h":                  "[redacted]",
		"https://u:pw%40h/":       "[redacted]",
		"X-Some-Header":           "X-Some-Header",
		"https://u:p/w@h/":        "[redacted]",
		"https://user/p@w?x@h:1/": "https://[redacted]@user/[redacted]",
	} {
		got := Shown(key)
		if got != want {
			t.Errorf("Shown(%q) = %q, want %q", key, got, want)
		}
		before, ok := HostOf(key)
		if after, _ := HostOf(got); ok && before != after {
			t.Errorf("%q is about %s, and shown as %q about %s", key, before, got, after)
		}
		if (Entry{Key: key}).OfPath() != (Entry{Key: got}).OfPath() && got != redacted {
			t.Errorf("%q is shown as %q, which is another part of the registry", key, got)
		}
	}
}
