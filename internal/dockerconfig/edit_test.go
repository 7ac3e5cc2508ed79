package dockerconfig

import (
	"strings"
	"testing"
)

// auth is an entry's value in the texts of these tests.
const auth = `{"auth": "YWxpY2U6cHc="}`

func TestRemoveEntriesKeepsTheRest(t *testing.T) {
	for _, tt := range []struct{ name, before, want string }{
		{"the only one", `{"auths": {"H": AUTH}}`, `{"auths": {}}`},
		{"the only one, with braces apart", "{\n\t\"auths\": {\n\t\t\"H\": AUTH\n\t}\n}", "{\n\t\"auths\": {}\n}"},
		{"the first of a line", `{"auths": {"H": AUTH, "x": AUTH}}`, `{"auths": {"x": AUTH}}`},
		{"the last of a line", `{"auths": {"x": AUTH, "H": AUTH}}`, `{"auths": {"x": AUTH}}`},
		{"the middle one", `{"auths": { "x": AUTH, "H": AUTH , "y":{} }}`, `{"auths": { "x": AUTH, "y":{} }}`},
		{"space before commas", `{"auths": {"x": AUTH , "H": AUTH , "https://H": AUTH } }`, `{"auths": {"x": AUTH  } }`},
		{"minified", `{"auths":{"H":AUTH,"x":AUTH,"H/v2/":AUTH}}`, `{"auths":{"x":AUTH}}`},
		{"CRLF", "{\r\n \"auths\": {\r\n  \"H\": AUTH,\r\n  \"x\": {}\r\n }\r\n}\r\n", "{\r\n \"auths\": {\r\n  \"x\": {}\r\n }\r\n}\r\n"},
		{"an escaped key", `{"auths": {"\u0072egistry.example.com": AUTH, "\u0078": 1e400}}`, ``},
		{"two objects", `{"auths": {"H": AUTH}, "a": 1.0, "Auths": {"x": {}, "H": AUTH}}`, `{"auths": {}, "a": 1.0, "Auths": {"x": {}}}`},
		{"one key twice", `{"auths": {"H": {}, "H": AUTH, "H": null}}`, `{"auths": {"H": {}, "H": null}}`},
		{"an escaped auths", `{"\u0061uths": {"H": AUTH}}`, `{"\u0061uths": {}}`},
		{"a long s in auths", `{"authſ": {"H": AUTH}}`, `{"authſ": {}}`},
		{"another member", `{"Xauths": {"H": AUTH}, "x": {"auths": {"H": AUTH}}}`, `{"Xauths": {"H": AUTH}, "x": {"auths": {"H": AUTH}}}`},
		{"null", `{"auths": null}`, `{"auths": null}`},
		{"user-info", `{"auths": {"https://u:p@H/": AUTH, "u:p@H": AUTH}}`, `{"auths": {"u:p@H": AUTH}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			words := strings.NewReplacer("AUTH", auth, "H", registry)
			before, want := words.Replace(tt.before), words.Replace(tt.want)
			if tt.want == "" { // a number where Docker takes an object
				if _, err := Parse([]byte(before)); err == nil {
					t.Error("it was parsed")
				}
				return
			}
			f := mustParse(t, before)
			f.RemoveEntries(hostOf(t, registry), all, false)
			wantText(t, f, before, want)
		})
	}
}

// TestRemoveEntriesAsks: what it is told to leave stays, and it asks once about each.
func TestRemoveEntriesAsks(t *testing.T) {
	before := `{"auths": {"registry.example.com": ` + auth + `, "x": ` + auth + `, "https://registry.example.com": ` + auth + `}}`
	f := mustParse(t, before)
	var asked []string
	f.RemoveEntries(hostOf(t, registry), func(e Entry) bool {
		asked = append(asked, e.Key)
		return e.Key != registry
	}, true)
	if got := strings.Join(asked, " "); got != "registry.example.com https://registry.example.com" {
		t.Errorf("asked about %s", got)
	}
	wantText(t, f, before, `{"auths": {"registry.example.com": `+auth+`, "x": `+auth+`}}`)
}

func TestRemoveHelpers(t *testing.T) {
	for _, tt := range []struct{ name, before, want string }{
		{"the only one", `{"auths": {}, "credHelpers": {"H": "g"}}`, `{"auths": {}}`},
		{"the only one of all", `{"credHelpers": {"H": "g"}}`, `{}`},
		{"as Docker writes", "{\n\t\"auths\": {},\n\t\"credHelpers\": {\n\t\t\"H\": \"g\"\n\t}\n}", "{\n\t\"auths\": {}\n}"},
		{"one of two", `{"credHelpers": {"H": "g", "x": "y"}}`, `{"credHelpers": {"x": "y"}}`},
		{"one key twice", `{"credHelpers": {"H": "g", "x": "y", "H": "g"}}`, `{"credHelpers": {"x": "y"}}`},
		{"what has the same name by then", `{"CREDHELPERS": {"H": "g"}, "a": 1, "a": 2}`, `{"a": 1, "a": 2}`},
		{"one of two objects", `{"credHelpers": {"x": "y"}, "credHelpers": {"H": "g"}}`, `{"credHelpers": {"x": "y"}, "credHelpers": {}}`},
		{"the first of two objects", `{"credHelpers": {"H": "g"}, "CREDHELPERS": {"x": "y"}}`, `{"credHelpers": {}, "CREDHELPERS": {"x": "y"}}`},
		{"nothing", `{"credHelpers": {}, "a": 1}`, `{"credHelpers": {}, "a": 1}`},
		{"null", `{"credHelpers": null}`, `{"credHelpers": null}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before, want := strings.ReplaceAll(tt.before, "H\"", registry+"\""), strings.ReplaceAll(tt.want, "H\"", registry+"\"")
			f := mustParse(t, before)
			f.RemoveHelpers(func(h Helper) bool { return h == Helper{Key: registry, Name: "g"} })
			wantText(t, f, before, want)
			if got := f.HelperFor(registry); got != "" {
				t.Errorf("Docker still asks %q", got)
			}
		})
	}
}
