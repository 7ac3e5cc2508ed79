package system

import (
	"crypto/rand"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Docker's config file is in the profile. What is edited there is the entry alone: a file whose lines end as Windows'
// editors end them, laid out as somebody likes it, keeps every byte of the rest.
func TestWindowsConfigure(t *testing.T) {
	me := newWindows(t)
	token := lab.token(goodToken())
	config := me.account.ConfigPath()
	text := func(entry, helpers string) string {
		const others = `{
  "auths": {
    "registry.example.com": {"auth": "bm90aGluZzpvZiBvdXJz"}ENTRY
  },
     "HttpHeaders":   {"User-Agent" : "Docker-Client/29.0 (windows)"},
  "detachKeys": "ctrl-e,e"HELPERS
}
`
		return strings.NewReplacer("ENTRY", entry, "HELPERS", helpers, "\n", "\r\n").Replace(others)
	}
	url := "https://" + lab.registry
	me.write(t, config, text(",\r\n    \""+url+"\": {\r\n      \"auth\": \""+basic("me", token)+"\"\r\n    }", ""))
	me.write(t, config+".gitlabjob-"+rand.Text(), "{}") // left by a run that was killed

	for _, c := range []struct {
		name string
		args []string
		says string
		want string
	}{
		{
			"plaintext moves to the credential manager", []string{lab.registry}, `moved "` + url + `" to the vault "os"`,
			text("", ",\r\n  \"credHelpers\": {\r\n    \""+lab.registry+"\": \"gitlabjob\"\r\n  }"),
		},
		{"what was set is taken out", []string{"--remove", lab.registry}, "changed " + me.path(t, config), text("", "")},
	} {
		t.Run(c.name, func(t *testing.T) {
			me.run(t, "", append([]string{"configure"}, c.args...)...).succeeds(t).says(t, c.says)
			if got := me.account.config(t); got != c.want {
				t.Errorf("config.json is\n%q\nand not\n%q", got, c.want)
			}
			if names := namesIn(t, filepath.Dir(config)); !slices.Equal(names, []string{"config.json"}) {
				t.Errorf("the directory has %q", names)
			}
			me.keeps(t, lab.registry)
			me.serves(t, lab.registry, token)
		})
	}
}

// Where there is no file, and not even a directory for it, there is one then as Docker makes it.
func TestWindowsConfigureMakesTheFile(t *testing.T) {
	me := newWindows(t)
	me.run(t, "", "configure", lab.registry).succeeds(t)
	me.account.configIs(t, helperConfig())
	me.run(t, "", "configure", lab.registry).succeeds(t).
		says(t, "nothing to change in "+me.path(t, me.account.ConfigPath()))
}
