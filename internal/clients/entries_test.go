package clients

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestEntries(t *testing.T) {
	for text, want := range map[string][]string{
		`{"auths": {"b": AUTH(me), "a": AUTH(you)}}`:              {"file a you", "file b me"},
		`{"auths": {"a": {}, "b": {"auth": "?"}, "c": AUTH(me)}}`: {"empty a", "empty b failed", "file c me"},
		`{"auths": {"a": {"username": "me", "password": "s"}}}`:   {"file a me"},
		`{"auths": {"a": {"identitytoken": "t"}, "b": null}}`:     {"file a token", "empty b"},
		`{"auths": {"a": AUTH(me)}, "HttpHeaders": 5}`:            {"empty a"},
		`{"auths": `: nil,
		`{"credHelpers": {"b": "y", "a": "x", "c": ""}, "credsStore": "z"}`: {"helper x", "helper y", "helper z"},
	} {
		f := fileOf("config.json", text)
		var got []string
		for _, c := range append(f.Entries(false), f.HelperNames()...) {
			got = append(got, shownOne(c))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	bare := fileOf("config.json", `{"https://R/v1/": AUTH(me)}`)
	if got := bare.Entries(true); len(got) != 1 || shownOne(got[0]) != "file https://"+registry+"/v1/ me" {
		t.Errorf("bare: %+v", got)
	}
	if got := bare.Entries(false); len(got) != 0 {
		t.Errorf("not bare: %+v", got)
	}
}

// TestNoSecretInErrors: why a file is not understood is told without what stands in it.
func TestNoSecretInErrors(t *testing.T) {
	const secret = "8271828182845904523"
	for _, text := range []string{
		`{"auths": {"R": {"auth": "` + secret + `"}}}`, `{"auths": {"R": {"auth": ` + secret + `}}}`,
		`{"auths": ` + secret + `}`, `{"auths": {"R": "` + secret + `"}}`, `{"auths": "` + secret + `"}`,
		secret, `"` + secret + `"`, `{"auths": {"R": {"auth": "` + secret,
		`{"HttpHeaders": {"` + secret + `": ` + secret + `}}`, `{"credHelpers": {"R": ` + secret + `}}`,
		`{"` + secret + `"`,
	} {
		p := withDocker(text)
		p.AuthConfig = fileOf("DOCKER_AUTH_CONFIG", text)
		p.DockerCfg = p.Docker
		if err := p.Docker.Problem(); err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", text, err)
		}
		for _, client := range All() {
			image, err := ParseImage(registry + "/a")
			if err != nil {
				t.Fatal(err)
			}
			answer := Predict(client, p, image)
			if told := fmt.Sprintf("%+v", answer) + fmt.Sprintf("%+v", answer.Failed); strings.Contains(told, secret) {
				t.Errorf("%s of %s: %s", client, text, told)
			}
		}
	}
}
