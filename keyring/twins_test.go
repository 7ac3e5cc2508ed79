package keyring_test

import (
	"fmt"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring/keyringtest"
)

const (
	registry = "registry.example.com"
	mirror   = "mirror.example.com" // has the token of registry, under another username
	other    = "other.example.com"  // has another token
)

// twins is a Keyring over three vaults that keeps one token for two hosts, and another for a third.
type twins struct {
	*rig
	vaults map[string]*keyringtest.Memory
	notes  []string
}

func newTwins(t *testing.T) *twins {
	t.Helper()
	r := &twins{rig: newRig(t)}
	r.vaults = map[string]*keyringtest.Memory{"os": r.vault, "kernel": {Label: "kernel"}, "helper:x": {Label: "helper:x"}}
	r.Vault = func(name string) (keyring.Vault, error) { return r.vaults[name], nil }
	r.Note = func(format string, args ...any) { r.notes = append(r.notes, fmt.Sprintf(format, args...)) }
	for name, secret := range map[string]string{registry: "glpat-old", other: "glpat-other"} {
		if err := r.Keep(t.Context(), host(t, name), ofGitLab(secret, "me")); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Keep(t.Context(), host(t, mirror), ofGitLab("glpat-old", "robot")); err != nil {
		t.Fatal(err)
	}
	return r
}

// ofGitLab is a token of one GitLab, which has a dependency proxy.
func ofGitLab(secret, username string) credentials.Token {
	tok := token(secret)
	proxy, err := credentials.ParseHost("gitlab.example.com")
	if err != nil {
		panic(err)
	}
	tok.Username, tok.Life.GitLab, tok.Life.Aliases = username, "https://gitlab.example.com", []credentials.Host{proxy}
	tok.Life.Scopes = []string{"self_rotate"}
	return tok
}

func fresh() credentials.Token {
	tok := ofGitLab("glpat-new", "me")
	tok.Life.ExpiresAt = now.AddDate(0, 4, 0)
	return tok
}

func (r *twins) find(t *testing.T, name string) credentials.Kept {
	t.Helper()
	k, err := r.Find(t.Context(), host(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (r *twins) renew(t *testing.T, name string) credentials.Renewal {
	t.Helper()
	renewal, err := r.Renew(t.Context(), r.find(t, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(renewal.Close)
	return renewal
}

// has checks what is kept for each host, and that no note stands there.
func (r *twins) has(t *testing.T, secrets map[string]string) {
	t.Helper()
	for name, want := range secrets {
		k := r.find(t, name)
		tok, err := r.Reveal(t.Context(), k)
		user := map[string]string{mirror: "robot"}[name]
		if user == "" {
			user = "me"
		}
		if err != nil || tok.Secret.Reveal() != want || tok.Username != user || k.Username != user {
			t.Errorf("%s has %q of %q, %v; want %q of %q", name, tok.Secret.Reveal(), tok.Username, err, want, user)
		}
		if k.Rotation.Begun() {
			t.Errorf("%s still has a note", name)
		}
	}
}
