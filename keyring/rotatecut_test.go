package keyring_test

import (
	"errors"
	"os"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// cut leaves behind what a rotation does that is killed right before the catalogue learns of the new token. prepare
// comes before the new token is written; afterwards the records of those hosts are what they were before.
func (r *twins) cut(t *testing.T, prepare func(), unwritten ...string) {
	t.Helper()
	before := make(map[string]credentials.Secret)
	for _, name := range unwritten {
		before[name], _ = r.vault.Get(t.Context(), name)
	}
	renewal := r.renew(t, registry)
	if err := renewal.Intend(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	noted, err := os.ReadFile(r.catalogPath())
	if err != nil {
		t.Fatal(err)
	}
	prepare()
	if err := renewal.Commit(t.Context(), fresh()); err != nil {
		t.Fatal(err)
	}
	renewal.Close()
	r.vault.Fail = nil
	for name, record := range before {
		if err := r.vault.Set(t.Context(), name, record); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(r.catalogPath(), noted, 0o600); err != nil {
		t.Fatal(err)
	}
}

// Wherever the new token was written it is served, for every host that had the old one; and the next who would rotate
// it brings that to its end.
func TestARotationCutShortAfterTheNewTokenWasWritten(t *testing.T) {
	for name, c := range map[string]struct {
		elsewhere bool // its own vault did not take it
		unwritten []string
	}{
		"for both hosts":              {false, nil},
		"for the first":               {false, []string{mirror}},
		"for the second":              {false, []string{registry}},
		"into another vault":          {true, nil},
		"into another vault, for one": {true, []string{mirror}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newTwins(t)
			r.cut(t, func() {
				if c.elsewhere {
					r.vault.Fail = keyring.ErrLocked
				}
			}, append(c.unwritten, other)...)
			if c.elsewhere && len(c.unwritten) > 0 {
				if err := r.vaults["kernel"].Delete(t.Context(), mirror); err != nil {
					t.Fatal(err)
				}
			}
			for _, name := range []string{registry, mirror} {
				k := r.find(t, name)
				tok, err := r.Reveal(t.Context(), k)
				user := map[string]string{registry: "me", mirror: "robot"}[name]
				if err != nil || tok.Secret.Reveal() != "glpat-new" || tok.Username != user || !tok.Life.ExpiresAt.Equal(now.AddDate(0, 4, 0)) {
					t.Errorf("%s: %q of %q until %v, %v", name, tok.Secret.Reveal(), tok.Username, tok.Life.ExpiresAt, err)
				}
				if !k.Rotation.Begun() || tok.Life.GitLab == "" || len(tok.Life.Scopes) != 1 {
					t.Errorf("%s: %+v", name, k)
				}
			}
			renewal := r.renew(t, mirror)
			tok, err := renewal.Token()
			if _, interrupted := renewal.Interrupted(); !renewal.Finished() || interrupted || err != nil || tok.Secret.Reveal() != "glpat-new" {
				t.Errorf("finished %v, interrupted %v, %v", renewal.Finished(), interrupted, err)
			}
			renewal.Close()
			r.has(t, map[string]string{registry: "glpat-new", mirror: "glpat-new", other: "glpat-other"})
			for _, name := range []string{registry, mirror} {
				if _, err := r.vaults["kernel"].Get(t.Context(), name); !errors.Is(err, keyring.ErrNoRecord) {
					t.Errorf("%s: the new token is still in the other vault as well: %v", name, err)
				}
			}
		})
	}
}

// Nobody knows then whether GitLab takes the old token: it is not served.
func TestARotationCutShortBefore(t *testing.T) {
	r := newTwins(t)
	renewal := r.renew(t, registry)
	if err := renewal.Intend(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	renewal.Close()
	var interrupted *credentials.InterruptedError
	for _, name := range []string{registry, mirror} {
		tok, err := r.Reveal(t.Context(), r.find(t, name))
		if !errors.As(err, &interrupted) || interrupted.Host.String() != name || !interrupted.Since.Equal(now) || !tok.Secret.Empty() {
			t.Errorf("%s: %q, %v", name, tok.Secret.Reveal(), err)
		}
	}
	r.vault.Fail = keyring.ErrLocked // and who cannot look does not say that it is not there
	if _, err := r.Reveal(t.Context(), r.find(t, registry)); !errors.Is(err, keyring.ErrLocked) {
		t.Errorf("Reveal = %v", err)
	}
	r.vault.Fail = nil

	again := r.renew(t, mirror)
	tok, err := again.Token()
	since, is := again.Interrupted()
	if !is || !since.Equal(now) || err != nil || tok.Secret.Reveal() != "glpat-old" || len(again.Hosts()) != 2 {
		t.Errorf("%v, %v; %q, %v", since, is, tok.Secret.Reveal(), err)
	}
	r.vault.Dismiss, r.vault.Garble = false, true // which has kept it from being written, perhaps
	if err := again.Intend(t.Context(), now); !errors.Is(err, keyring.ErrGarbled) {
		t.Errorf("Intend = %v; want proof that the vault can be written", err)
	}
	r.vault.Garble = false
	again.Close()
}
