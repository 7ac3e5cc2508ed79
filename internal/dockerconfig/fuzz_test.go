package dockerconfig

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// seeds are texts with what has been thought of; what fuzzing has found lies in testdata/fuzz.
func seeds() []string {
	seeds := append([]string{
		"", " \r\n", "\xef\xbb\xbf{}", "null", "[]", `{"a": 1,}`, "{} // x", `{"auths": []}`, `{"auths": {"h": 1}}`,
		"{\n\t\"auths\": {\n\t\t\"h\": {\n\t\t\t\"auth\": \"dTpw\"\n\t\t}\n\t}\n}",
		"{\r\n  \"auths\": {\r\n    \"h\": {\"auth\": \"dTpw\"}\r\n  },\r\n  \"credsStore\": \"x\"\r\n}\r\n",
		`{"auths":{"https://h/v2/":{"auth":"dTpw"},"x":{},"H:443":{"username":"u","password":"p"},"h/g/p":{"auth":"!"}}}`,
		`{"auths": {"h": {} , "h": {"auth": "dTpw"} , "h": null}, "AUTHS": {"H/": {"identitytoken": "x"}}}`,
		`{"auths": {"https://u:p@h": {"registrytoken": "x"}, "ftp://h:": {"paſſword": "x"}, "\u0068": {"auth": "dTpw"}}}`,
		`{"auths": null, "authſ": {"h": {"auth": "dTpw"}}, "auths": null}`,
		`{"credHelpers": {"h": "x", "a": "b"}, "credHelpers": null}`,
		`{"credHelpers": {"a": "b"}, "CREDHELPERS": {"h": ""}, "credhelpers": null, "credHelpers": {"c": "d", "b": null}}`,
		`{"credHelpers": null, "CredHelpers": null, "credsStore": "x"}`,
		`{ "credHelpers" : { "h" : "gitlabjob" } , "auths" : { "h" : {} } }`,
		`{"credHelpers":{},"aliases":{"z":"y"},"\u0063redHelpers":{"z":"x"}}`,
	}, oddities...)
	for name, values := range map[string]string{"auths": `{"h": {"auth": "dTpw"}}`, "credHelpers": `{"h": "y"}`} {
		seeds = append(seeds, `{"`+name+`": `+values+`, "`+strings.ToUpper(name)+`": null, "`+name+`": `+values+`}`)
	}
	return seeds
}

// FuzzParse: whatever the bytes are, the answer is a file that can be given back as it was, or a *SyntaxError.
func FuzzParse(f *testing.F) {
	for _, text := range seeds() {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		Redacted(text)
		before := bytes.Clone(text)
		file, err := Parse(text)
		if err != nil {
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || syntax.Line < 1 || syntax.Column < 1 || syntax.Reason == "" {
				t.Errorf("the error is %#v", err)
			}
			return
		}
		if !blank(text) && !bytes.Equal(file.Bytes(), before) || blank(text) && file.Bytes() != nil {
			t.Errorf("%q became %q", before, file.Bytes())
		}
		if !blank(text) && !json.Valid(text) {
			t.Errorf("%q is no JSON", text)
		}
		if again, err := Parse(Redacted(text)); err != nil {
			t.Errorf("%q is redacted to %q: %v", text, Redacted(text), err)
		} else if len(again.AllHelpers()) != len(file.AllHelpers()) {
			t.Errorf("%q is redacted to %q", text, Redacted(text))
		}
	})
}

// FuzzEdit: whatever the file was, in the end it has the helper and no plaintext for the host, and all else as it was.
func FuzzEdit(f *testing.F) {
	for _, text := range seeds() {
		f.Add([]byte(text), "h")
		f.Add([]byte(text), "h:443")
		f.Add([]byte(text), "index.docker.io")
	}
	f.Fuzz(func(t *testing.T, text []byte, rawHost string) {
		h, err := credentials.ParseHost(rawHost)
		if err != nil {
			return
		}
		checkEdit(t, text, h)
	})
}
