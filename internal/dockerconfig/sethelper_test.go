package dockerconfig

import (
	"strings"
	"testing"
)

// In these tests "h" is the registry, and what is to be seen is the text around it.
func TestSetHelper(t *testing.T) {
	for _, tt := range []struct{ name, before, want string }{
		{"empty object", `{}`, "{\n\t\"credHelpers\": {\n\t\t\"h\": \"gitlabjob\"\n\t}\n}"},
		{"empty object, line end behind it", "{}\n", "{\n\t\"credHelpers\": {\n\t\t\"h\": \"gitlabjob\"\n\t}\n}\n"},
		{"as Docker writes", "{\n\t\"auths\": {}\n}", "{\n\t\"auths\": {},\n\t\"credHelpers\": {\n\t\t\"h\": \"gitlabjob\"\n\t}\n}"},
		{"where Docker writes it", "{\n\t\"auths\": {},\n\t\"credsStore\": \"x\",\n\t\"aliases\": {}\n}",
			"{\n\t\"auths\": {},\n\t\"credsStore\": \"x\",\n\t\"credHelpers\": {\n\t\t\"h\": \"gitlabjob\"\n\t},\n\t\"aliases\": {}\n}"},
		{"in Docker's order", "{\n\t\"credHelpers\": {\n\t\t\"a\": \"x\",\n\t\t\"z\": \"y\"\n\t}\n}",
			"{\n\t\"credHelpers\": {\n\t\t\"a\": \"x\",\n\t\t\"h\": \"gitlabjob\",\n\t\t\"z\": \"y\"\n\t}\n}"},
		{"at the end of what has no order", `{"credHelpers": {"z": "y", "a": "x"}}`, `{"credHelpers": {"z": "y", "a": "x", "h": "gitlabjob"}}`},
		{"at the front of a line", `{"credHelpers": {"z": "y"}}`, `{"credHelpers": {"h": "gitlabjob", "z": "y"}}`},
		{"one line", `{"auths": {}}`, `{"auths": {}, "credHelpers": {"h": "gitlabjob"}}`},
		{"one line with space", `{ "auths": {} }`, `{ "auths": {}, "credHelpers": {"h": "gitlabjob"} }`},
		{"minified", `{"auths":{},"a":1}`, `{"auths":{},"credHelpers":{"h":"gitlabjob"},"a":1}`},
		{"two spaces", "{\n  \"auths\": {}\n}\n", "{\n  \"auths\": {},\n  \"credHelpers\": {\n    \"h\": \"gitlabjob\"\n  }\n}\n"},
		{"no space behind colons", "{\n \"auths\":{}\n}", "{\n \"auths\":{},\n \"credHelpers\":{\n  \"h\":\"gitlabjob\"\n }\n}"},
		{"CRLF", "{\r\n\t\"auths\": {}\r\n}\r\n", "{\r\n\t\"auths\": {},\r\n\t\"credHelpers\": {\r\n\t\t\"h\": \"gitlabjob\"\r\n\t}\r\n}\r\n"},
		{"an empty line in front", "{\n\n  \"a\": 1e400\n}", "{\n\n  \"a\": 1e400,\n\n  \"credHelpers\": {\n    \"h\": \"gitlabjob\"\n  }\n}"},
		{"continued as it is", "{\"credHelpers\": {\n      \"a\"  :  \"x\"\n  }}", "{\"credHelpers\": {\n      \"a\"  :  \"x\",\n      \"h\":  \"gitlabjob\"\n  }}"},
		{"empty credHelpers", "{\n\t\"credHelpers\": {\n\t}\n}", "{\n\t\"credHelpers\": {\n\t\t\"h\": \"gitlabjob\"\n\t}\n}"},
		{"null", `{"credHelpers": null , "a": 1}`, `{"credHelpers": {"h": "gitlabjob"} , "a": 1}`},
		{"another helper", `{"credHelpers": {"h": "x", "\u0068": "y"}}`, `{"credHelpers": {"h": "gitlabjob", "\u0068": "gitlabjob"}}`},
		{"no helper", `{"credHelpers": {"h" : ""}}`, `{"credHelpers": {"h" : "gitlabjob"}}`},
		{"a null for a helper", `{"credHelpers": {"h": null}}`, `{"credHelpers": {"h": "gitlabjob"}}`},
		{"one key twice", `{"credHelpers": {"h": "gitlabjob", "h": "x"}}`, `{"credHelpers": {"h": "gitlabjob", "h": "gitlabjob"}}`},
		{"another registry, as Docker sees it", `{"credHelpers": {"h:443": "x"}}`, `{"credHelpers": {"h": "gitlabjob", "h:443": "x"}}`},
		// Docker reads all of these, others only the last one that is spelt so.
		{"another letter case", `{"CredHelpers": {"a": "x"}}`, `{"CredHelpers": {"a": "x"}, "credHelpers": {"h": "gitlabjob"}}`},
		{"another letter case later", `{"credHelpers": {}, "CREDHELPERS": {"h": "x"}}`, `{"credHelpers": {"h": "gitlabjob"}, "CREDHELPERS": {"h": "gitlabjob"}}`},
		{"known to Docker only", `{"credHelpers": {"h": "gitlabjob"}, "credHelpers": {}}`, `{"credHelpers": {"h": "gitlabjob"}, "credHelpers": {"h": "gitlabjob"}}`},
		{"known to others only", `{"credHelpers": {"h": "gitlabjob"}, "CREDHELPERS": null}`, `{"credHelpers": {"h": "gitlabjob"}, "CREDHELPERS": null, "CREDHELPERS": {"h": "gitlabjob"}}`},
		// A null hides those before it, and goes on doing so.
		{"null behind", `{"credHelpers": {"a": "x"}, "credHelpers": null}`, `{"credHelpers": {"a": "x"}, "credHelpers": null, "credHelpers": {"h": "gitlabjob"}}`},
		{"null in between", `{"credHelpers": {"a": "x"}, "credHelpers": null, "credHelpers": {"b": "y"}}`,
			`{"credHelpers": {"a": "x"}, "credHelpers": null, "credHelpers": {"b": "y", "h": "gitlabjob"}}`},
		{"null before", `{"credHelpers": null, "credHelpers": {"b": "y"}}`, `{"credHelpers": null, "credHelpers": {"b": "y", "h": "gitlabjob"}}`},
		{"nothing but nulls", `{"credHelpers": null, "CREDHELPERS": null}`,
			`{"credHelpers": {"h": "gitlabjob"}, "CREDHELPERS": null, "CREDHELPERS": {"h": "gitlabjob"}}`},
		{"null under another name", `{"CREDHELPERS": null}`, `{"CREDHELPERS": null, "credHelpers": {"h": "gitlabjob"}}`},
		{"it is so", `{"a":1 ,"credHelpers" :{"h":"gitlabjob"}}`, `{"a":1 ,"credHelpers" :{"h":"gitlabjob"}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := mustParse(t, tt.before)
			f.SetHelper("h", "gitlabjob")
			wantText(t, f, tt.before, tt.want)
			if got := f.HelperFor("h"); got != "gitlabjob" || !f.Named("h", "gitlabjob") {
				t.Errorf("Docker asks %q", got)
			}
			again := mustParse(t, tt.want)
			again.SetHelper("h", "gitlabjob")
			wantText(t, again, tt.want, tt.want)
		})
	}
}

// TestLoginMoved is the edit as a whole, on the file that `docker login` without a helper writes: what is left is what
// Docker itself would write of it (e2e lets Docker's library do that).
func TestLoginMoved(t *testing.T) {
	before := "{\n\t\"auths\": {\n\t\t\"H\": {\n\t\t\t\"auth\": \"YWxpY2U6cHc=\"\n\t\t}\n\t}\n}"
	want := "{\n\t\"auths\": {},\n\t\"credHelpers\": {\n\t\t\"H\": \"gitlabjob\"\n\t}\n}"
	before, want = strings.ReplaceAll(before, "H", registry), strings.ReplaceAll(want, "\"H", "\""+registry)
	f := mustParse(t, before)
	f.RemoveEntries(hostOf(t, registry), all, false)
	f.SetHelper(registry, "gitlabjob")
	wantText(t, f, before, want)
}
