package keyring_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring/keyringtest"
)

// Where nobody has chosen, the system's own keyring is taken where there is one, and the kernel's where there is none.
func TestAuto(t *testing.T) {
	blocked := errors.New("blocked")
	for name, c := range map[string]struct {
		os, kernel error
		want       string // the vault; "" for none
		says       []error
	}{
		"a desktop":                      {nil, nil, "os", nil},
		"a server":                       {keyring.ErrNoBus, nil, "kernel", nil},
		"a bus, and no Secret Service":   {keyring.ErrNoService, nil, "kernel", nil},
		"no keyring on this platform":    {keyring.ErrUnsupported, nil, "kernel", nil},
		"neither":                        {keyring.ErrNoBus, blocked, "", []error{keyring.ErrNoBus, blocked}},
		"one that is locked is not left": {keyring.ErrLocked, nil, "", []error{keyring.ErrLocked}},
		"nor is one that hangs":          {keyring.ErrHung, nil, "", []error{keyring.ErrHung}},
	} {
		t.Run(name, func(t *testing.T) {
			r, h := newRig(t), host(t, "registry.example.com")
			vaults := map[string]*keyringtest.Memory{
				"os": {Label: "os", Fail: c.os}, "kernel": {Label: "kernel", Fail: c.kernel},
			}
			r.Vault = func(name string) (keyring.Vault, error) { return vaults[name], nil }
			r.env["GITLABJOB_KEYRING"] = ""
			err := errors.Join(r.Ready(t.Context()), r.Keep(t.Context(), h, token("glpat-x")))
			for _, want := range c.says {
				if !errors.Is(err, want) || !strings.Contains(err.Error(), want.Error()) {
					t.Errorf("%v does not say %v", err, want)
				}
			}
			kept, findErr := r.Find(t.Context(), h)
			if kept.Vault != c.want || (err == nil) != (c.want != "") {
				t.Errorf("kept in %q: %v, %v; want %q", kept.Vault, err, findErr, c.want)
			}
		})
	}
}
