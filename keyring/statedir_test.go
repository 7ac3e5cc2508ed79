package keyring

import (
	"errors"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

func getenv(pairs map[string]string) func(string) string {
	return func(name string) string { return pairs[name] }
}

func TestStateDir(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Logf("%s has a place of its own", runtime.GOOS)
		return
	}
	for _, c := range []struct {
		env  map[string]string
		want string
	}{
		{map[string]string{"HOME": "/home/me"}, "/home/me/.local/state/docker-credential-gitlabjob"},
		{map[string]string{"HOME": "/home/me", "XDG_STATE_HOME": "/state"}, "/state/docker-credential-gitlabjob"},
		{map[string]string{"HOME": "/home/me", "XDG_STATE_HOME": "state"}, "/home/me/.local/state/docker-credential-gitlabjob"},
		{map[string]string{"HOME": "/home/me", "GITLABJOB_STATE_DIR": "/here"}, "/here"},
	} {
		if got, err := stateDir(getenv(c.env)); err != nil || got != c.want {
			t.Errorf("%v: %q, %v; want %q", c.env, got, err, c.want)
		}
	}
	for _, home := range []string{"", "relative"} {
		if got, err := stateDir(getenv(map[string]string{"HOME": home})); err != nil || !filepath.IsAbs(got) {
			t.Errorf("HOME=%q: %q, %v; want a place in the account's home", home, got, err)
		}
	}
	var bad *credentials.BadVariableError
	if _, err := stateDir(getenv(map[string]string{"GITLABJOB_STATE_DIR": "here"})); !errors.As(err, &bad) {
		t.Errorf("a relative GITLABJOB_STATE_DIR: %v", err)
	}
}

func TestChoice(t *testing.T) {
	for value, want := range map[string]string{
		"": auto, "auto": auto, "os": "os", "none": "none", "helper:pass": "helper:pass",
		"None": "", "kernal": "", "helper:": "", "helper:../x": "", "helper:gitlabjob": "", "\tos": "",
	} {
		k := &Keyring{Getenv: getenv(map[string]string{"GITLABJOB_KEYRING": value})}
		got, err := k.choice()
		var bad *credentials.BadVariableError
		if got != want || (want == "") != errors.As(err, &bad) {
			t.Errorf("%q: %q, %v; want %q", value, got, err, want)
		}
	}
}
