package dockerconfig

import (
	"strings"
	"testing"
)

func TestRedacted(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"blank", " \n", " \n"},
		{"a login", "{\n\t\"auths\": {\n\t\t\"h\": {\"auth\":\"s3cr3t\"}\r\n}}\n", "{\n\t\"auths\": {\n\t\t\"h\": {\"auth\":\"[redacted]\"}\r\n}}\n"},
		{"a mark", `{"auths": {"h": {"auth": "", "x": null, "y": true}}}`, `{"auths": {"h": {"auth": "", "x": null, "y": true}}}`},
		{"helpers", `{"credHelpers": {"h": "x"}, "CREDSSTORE": "y"}`, `{"credHelpers": {"h": "x"}, "CREDSSTORE": "y"}`},
		{"elsewhere", `{"HttpHeaders": {"X": "s3cr3t"}, "proxies": {"a": {"httpProxy": "http://u:s3cr3t@h"}}}`,
			`{"HttpHeaders": {"X": "[redacted]"}, "proxies": {"a": {"httpProxy": "[redacted]"}}}`},
		{"lists", `{"a": ["s3cr3t", ["s3cr3t", {"b": "s3cr3t"}]]}`, `{"a": ["[redacted]", ["[redacted]", {"b": "[redacted]"}]]}`},
		{"numbers", `{"a": 4711, "credHelpers": {"h": 4711}}`, `{"a": "[redacted]", "credHelpers": {"h": "[redacted]"}}`},
		{"user-info", `{"auths": {"https://u:s3cr3t@h/": {}}}`, `{"auths": {"https://[redacted]@h/": {}}}`},
		{"user-info, escaped", `{"auths": {"u:s3cr3t\u0040h/": {}}}`, `{"auths": {"[redacted]": {}}}`},
		{"user-info at the top", `{"https://u:s3cr3t@h/": {"auth": "s3cr3t"}}`, `{"https://[redacted]@h/": {"auth": "[redacted]"}}`},
		{"user-info of a helper", `{"credHelpers": {"u:s3cr3t@h": "x"}}`, `{"credHelpers": {"[redacted]": "x"}}`},
		{"no helpers", `{"credHelpers": "s3cr3t"}`, `{"credHelpers": "[redacted]"}`},
		{"no helper", `{"credHelpers": {"h": {"auth": "s3cr3t"}}}`, `{"credHelpers": {"h": {"auth": "[redacted]"}}}`},
		{"no store", `{"credsStore": {"h": "s3cr3t"}}`, `{"credsStore": {"h": "[redacted]"}}`},
		{"what is not at the top", `{"a": {"credsStore": "s3cr3t", "credHelpers": {"h": "s3cr3t"}}}`, `{"a": {"credsStore": "[redacted]", "credHelpers": {"h": "[redacted]"}}}`},
		{"a string", `"s3cr3t"`, `"[redacted]"`},
		{"a list", `["s3cr3t"]`, `["[redacted]"]`},
		{"comments", "{ /* s3cr3t */ } // s3cr3t\n", "[redacted]"},
		{"cut off", `{"auths": {"h": {"auth": "s3cr3t`, "[redacted]"},
		{"byte order mark", "\xef\xbb\xbf{\"a\": \"s3cr3t\"}", "[redacted]"},
		{"deeper than any stack", strings.Repeat("[", 10_000_000), "[redacted]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			const secret = "s3cr3t"
			got := string(Redacted([]byte(tt.text)))
			if got != tt.want {
				t.Errorf("got %.200s\nwant %s", got, tt.want)
			}
			if strings.Contains(got, secret) || strings.Contains(got, "4711") {
				t.Errorf("%.200s shows it", got)
			}
		})
	}
}
