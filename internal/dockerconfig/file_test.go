package dockerconfig

import (
	"errors"
	"strings"
	"testing"
)

func TestParseRefuses(t *testing.T) {
	const secret = "s3cr3t"
	for _, tt := range []struct {
		name, text   string
		line, column int
		reason       string
	}{
		{"byte order mark", "\xef\xbb\xbf{}", 1, 1, "byte order mark"},
		{"only a byte order mark", "\xef\xbb\xbf", 1, 1, "byte order mark"},
		{"no value", "{\n\t\"auths\": }", 2, 11, "invalid character '}'"},
		{"CRLF counts as one line end", "{\r\n\r\n  \"a\" 1}", 3, 7, "invalid character '1'"},
		{"trailing comma", "{\n  \"a\": 1,\n}", 3, 1, "invalid character '}'"},
		{"comment", "{\n  // " + secret + "\n}", 2, 3, "invalid character '/'"},
		{"line end in a string", "{\"a\": \"" + secret + "\n\"}", 1, 14, "in string literal"},
		{"cut off", "{\n\"a\": {", 2, 6, "unexpected end"},
		{"something behind it", "{}\n" + secret, 2, 1, "after top-level value"},
		{"no-break space", "\u00a0", 1, 1, "invalid character"},
		{"array", "[]", 1, 1, "not a JSON object"},
		{"null", "null", 1, 1, "not a JSON object"},
		{"string", `"` + secret + `"`, 1, 8, "not a JSON object"},
		{"auths is a string", `{"auths": "` + secret + `"}`, 1, 18, `in "auths"`},
		{"auths is a list", "{\n\"AUTHS\": [\"" + secret + "\"]}", 2, 10, `in "auths"`},
		{"entry is a string", `{"auths": {"h": "` + secret + `"}}`, 1, 24, `in "auths"`},
		{"auth is a number", `{"auths": {"h": {"auth": 1}}}`, 1, 26, `in "auths"`},
		{"serveraddress is a number", `{"auths": {"h": {"serveraddress": 1}}}`, 1, 35, `in "auths"`},
		{"credHelpers is a list", `{"credHelpers": ["` + secret + `"]}`, 1, 17, `in "credHelpers"`},
		{"helper is an object", `{"credhelpers": {"h": {"x": "` + secret + `"}}}`, 1, 23, `in "credHelpers"`},
		{"credsStore is an object", `{"credsStore": {"x": "` + secret + `"}}`, 1, 16, `in "credsStore"`},
		{"the second auths is wrong", "{\"auths\": {},\n\"Auths\": 7}", 2, 10, `in "auths"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse([]byte(tt.text))
			var syntax *SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("got %v, want a *SyntaxError", err)
			}
			if syntax.Line != tt.line || syntax.Column != tt.column || !strings.Contains(syntax.Reason, tt.reason) {
				t.Errorf("got %v, want line %d, column %d: ...%s...", syntax, tt.line, tt.column, tt.reason)
			}
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%v quotes the file", err)
			}
		})
	}
}

// oddities are files that Docker reads, which a round trip through a Go value would change.
var oddities = []string{
	"{}", " {\n} \n", "{\t}\r\n",
	`{"auths":{},"credHelpers":{},"unknown":{"b":1,"a":2,"b":3}}`,
	`{"n": 1e400, "o": 1.0, "p": -0, "q": 12345678901234567890}`,
	`{"\u0061uths": {"h\u002fx": {"auth": "dTpw", "email": null}}, "t": "\ud800 <&> \/"}`,
	"{\"bad utf-8 \xff\": \"\xc3\x28\", \"\u2028\": \"\u017f\"}",
	"{\"auths\" : null ,\r\n\t\"credHelpers\"\t:null , \"credsStore\" :\n null}",
	`{"Auths": {"h": null}, "AUTHS": {"h": {}}, "credHelperſ": {"h": "x", "h": null}, "CREDSSTORE": "y"}`,
	`{"a": [1, [ ], {"x" : [ null,true ] } ]  }`,
}

func TestParseKeepsEveryByte(t *testing.T) {
	for _, text := range oddities {
		f := mustParse(t, text)
		h := hostOf(t, registry)
		if marks := f.RemoveEntries(h, all, true); marks {
			t.Errorf("%q: took out marks that are not there", text)
		}
		f.RemoveHelpers(func(Helper) bool { return false })
		wantText(t, f, text, text)
	}
}

// TestParseBlank: Docker takes an empty file for an empty object, and one that stays unchanged is not written to.
func TestParseBlank(t *testing.T) {
	for _, text := range []string{"", "\n", " \t\r\n"} {
		f := mustParse(t, text)
		if f.Changed() || f.Bytes() != nil {
			t.Errorf("%q became %q", text, f.Bytes())
		}
		f.SetHelper(registry, "gitlabjob")
		const want = "{\n\t\"auths\": {},\n\t\"credHelpers\": {\n\t\t\"registry.example.com\": \"gitlabjob\"\n\t}\n}"
		wantText(t, f, text, want)
	}
}
