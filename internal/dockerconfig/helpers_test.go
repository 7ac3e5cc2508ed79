package dockerconfig

import (
	"slices"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

func TestHelpersAsDockerReads(t *testing.T) {
	for _, tt := range []struct{ text, helper, store string }{
		{`{}`, "", ""},
		{`{"credsStore": "desktop"}`, "desktop", "desktop"},
		{`{"CREDSSTORE": "desktop", "credsStore": null}`, "desktop", "desktop"},
		{`{"credsStore": "desktop", "credHelpers": {"h": "x"}}`, "x", "desktop"},
		{`{"credsStore": "desktop", "credHelpers": {"h": ""}}`, "", "desktop"}, // plaintext for this one
		{`{"credHelpers": {"https://h": "x"}}`, "", ""},                        // it is looked up as it is spelt
		{`{"credHelpers": {"H": "x"}}`, "", ""},
		{`{"credHelpers": {"h": "x", "h": "y"}}`, "y", ""},
		{`{"credHelpers": {"h": "x"}, "CredHelpers": {"a": "y"}}`, "x", ""},
		{`{"credHelpers": {"h": "x"}, "CredHelpers": null}`, "", ""},
		{`{"credHelpers": {"h": "x"}, "CredHelpers": null, "credhelpers": {"h": "y"}}`, "y", ""},
	} {
		f := mustParse(t, tt.text)
		if got := f.HelperFor("h"); got != tt.helper || f.CredsStore() != tt.store {
			t.Errorf("%s: got %q and %q", tt.text, got, f.CredsStore())
		}
	}
}

// TestNamedForAll: it is named only where Docker and those who know one "credHelpers" agree.
func TestNamedForAll(t *testing.T) {
	for text, want := range map[string]bool{
		`{"credHelpers": {"h": "x"}}`:                          true,
		`{"credHelpers": {"h": "y", "h": "x"}}`:                true,
		`{"credHelpers": {"h": "x", "h": "y"}}`:                false,
		`{"credHelpers": {"h": "y"}}`:                          false,
		`{"CredHelpers": {"h": "x"}}`:                          false,
		`{"credHelpers": {"h": "x"}, "CREDHELPERS": null}`:     false,
		`{"credHelpers": {"h": "x"}, "credHelpers": {}}`:       false,
		`{"credHelpers": {}, "credHelpers": {"h": "x"}}`:       true,
		`{"credHelpers": {"h": "x"}, "CREDHELPERS": {}}`:       true,
		`{"CREDHELPERS": {"h": "x"}, "credHelpers": null}`:     false,
		`{"credHelpers": null, "\u0063redHelpers": {"h":"x"}}`: true,
		`{"credsStore": "x"}`:                                  false,
	} {
		if got := mustParse(t, text).Named("h", "x"); got != want {
			t.Errorf("%s: named is %v", text, got)
		}
	}
}

func TestHelpersUnderAnySpelling(t *testing.T) {
	f := mustParse(t, `{"credHelpers": {"Registry.Example.com:443": "a", "x": "b", "\u0072egistry.example.com": ""},
		"CREDHELPERS": {"https://registry.example.com/v2/": "c", "registry.example.com.": "d"}}`)
	got := f.Helpers(hostOf(t, registry))
	want := []Helper{{"Registry.Example.com:443", "a"}, {registry, ""}, {"https://registry.example.com/v2/", "c"}}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if got := f.AllHelpers(); len(got) != 5 || got[4] != (Helper{"registry.example.com.", "d"}) {
		t.Errorf("all are %q", got)
	}
}

func TestOthers(t *testing.T) {
	f := mustParse(t, `{
		"auths": {"registry.example.com/group": `+auth+`, "quay.io": {}, "ghcr.io": `+auth+`, "u:s3cr3t@x": `+auth+`},
		"credHelpers": {"gcr.io": "gcloud", "registry.example.com": "pass", "b.example.com": "GitLabJob", "c.example.com": ""},
		"AUTHS": {"b.example.com": {"username": "u"}}
	}`)
	got := f.Others("gitlabjob", hostOf(t, registry))
	if want := []string{"ghcr.io", redacted, "b.example.com", "gcr.io"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	var hosts []credentials.Host
	for _, h := range []string{registry, "ghcr.io", "gcr.io", "b.example.com"} {
		hosts = append(hosts, hostOf(t, h))
	}
	if got := f.Others("gitlabjob", hosts...); !slices.Equal(got, []string{redacted}) {
		t.Errorf("got %q for the hosts", got)
	}
}
