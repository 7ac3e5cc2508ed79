package gitlabrunner

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
)

// FuzzEditAuthConfig: any text is refused with a *ConfigError, or the rules hold for it.
func FuzzEditAuthConfig(f *testing.F) {
	for _, text := range []string{
		"", twoRunners, "\xef\xbb\xbf[[runners]]", "runners = [{environment = ['DOCKER_AUTH_CONFIG=1', 'A'], x = nan}]",
		"[[runners]]\nenvironment = [ # ,\n'DOCKER_AUTH_CONFIG=1' # x\n, \"\"\"\\\n DOCKER_AUTH_CONFIG=2\"\"\",\r\n]\nx = 1979-05-27",
		"[[Runners]]\nENVIRONMENT = ['DOCKER_AUTH_CONFIG=1']\n[[Runners.x]]\n[[runners]]", "runners.environment = []",
		"[[runners]]\nenvironment = [\n\t'DOCKER_AUTH_CONFIG=1',\n]\n[runners.docker]\nenvironment.x = 1", "[runners]\na={\n}",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		_, err := ParseConfig(text)
		got, editErr := EditAuthConfig(text, func(_ int, value string) string { return value })
		if editErr == nil && err == nil {
			holdRules(t, text)
			return
		}
		if got != nil || !errors.As(editErr, new(*ConfigError)) || err != nil && err.Error() != editErr.Error() {
			t.Errorf("%q: %v; edited to %q, %v", text, err, got, editErr)
		}
	})
}

// holdRules holds the rules of EditAuthConfig against a text that it takes. Without a change it returns the text; what
// it is told to put in or take out is there or gone afterwards; and all else is as it was.
func holdRules(t *testing.T, text []byte) {
	t.Helper()
	before := slices.Clone(text)
	all := withoutAuthConfig(text)
	for _, change := range []func(i int, value string) string{
		func(_ int, value string) string { return value },
		func(int, string) string { return "" },
		func(int, string) string { return "it's \"\\\n" },
		func(i int, _ string) string { return [2]string{"", "x"}[i%2] },
		func(i int, value string) string { return [3]string{"", value, "x"}[i%3] },
	} {
		var wanted []string
		unchanged := true
		after, err := EditAuthConfig(text, func(runner int, value string) string {
			next := change(len(wanted), value)
			wanted = append(wanted, next)
			unchanged = unchanged && next == value
			return next
		})
		if err != nil || !bytes.Equal(text, before) || unchanged && !bytes.Equal(after, before) {
			t.Fatalf("%q\nbecame %q, %v", before, after, err)
		}
		var found []string
		_, err = EditAuthConfig(after, func(_ int, value string) string { found = append(found, value); return value })
		wanted = slices.DeleteFunc(wanted, func(value string) bool { return value == "" })
		found = slices.DeleteFunc(found, func(value string) bool { return value == "" })
		if err != nil || !slices.Equal(found, wanted) {
			t.Fatalf("%q\nbecame %q\nwith %q, %v; want %q", text, after, found, err, wanted)
		}
		config, err := ParseConfig(after)
		if has := slices.ContainsFunc(config.Runners, func(r Runner) bool { return r.AuthConfig != "" }); err != nil || has && len(wanted) == 0 {
			t.Fatalf("%q\nbecame %q\nwhich is read as %+v, %v", text, after, config, err)
		}
		if rest := withoutAuthConfig(after); rest != all {
			t.Fatalf("%q\nbecame %q\nin which more is changed:\n%s\n%s", text, after, all, rest)
		}
	}
}

// withoutAuthConfig is what go-toml makes of a config file, but for the variables that may change. It looks at more than
// ParseConfig does: the months of a date, where nobody has asked for one.
func withoutAuthConfig(text []byte) string {
	var all map[string]any
	if err := toml.Unmarshal(bytes.TrimPrefix(text, byteOrderMark), &all); err != nil {
		return err.Error()
	}
	for key, runners := range all {
		runners, ok := runners.([]any)
		for _, r := range runners {
			if r, isTable := r.(map[string]any); ok && isTable && strings.EqualFold(key, "runners") {
				dropAuthConfig(r)
			}
		}
	}
	return fmt.Sprintf("%q", all) // in the order of the keys, and NaN is NaN
}

func dropAuthConfig(runner map[string]any) {
	for key, list := range runner {
		if list, ok := list.([]any); ok && strings.EqualFold(key, "environment") {
			runner[key] = slices.DeleteFunc(list, func(element any) bool {
				text, _ := element.(string)
				return strings.HasPrefix(text, authConfigVariable)
			})
		}
	}
}
