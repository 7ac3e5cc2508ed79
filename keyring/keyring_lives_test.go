package keyring_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// Whoever decides about what was kept some time ago pushes out nothing that has come since.
func TestKeepInPlaceOf(t *testing.T) {
	r, h := newRig(t), host(t, "registry.example.com")
	if err := r.KeepInPlaceOf(t.Context(), credentials.Kept{}, h, token("glpat-1")); err != nil {
		t.Fatal(err)
	}
	first, err := r.Find(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.KeepInPlaceOf(t.Context(), first, h, token("glpat-2")); err != nil {
		t.Fatal(err)
	}
	for _, seen := range []credentials.Kept{first, {}} {
		if err := r.KeepInPlaceOf(t.Context(), seen, h, token("glpat-3")); !errors.Is(err, credentials.ErrKeptMeanwhile) {
			t.Errorf("in place of %q: %v", seen.ID, err)
		}
	}
	kept, err := r.Find(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	if tok, err := r.Reveal(t.Context(), kept); err != nil || tok.Secret.Reveal() != "glpat-2" {
		t.Errorf("%q is kept, %v", tok.Secret.Reveal(), err)
	}
	nameless := token("glpat-4")
	nameless.Username = "" // it could not be read again
	if err := r.Keep(t.Context(), h, nameless); err == nil {
		t.Error("a token without a username is kept")
	}
}

// The record speaks for itself where a write was cut short between the vault and the catalogue: the new token is served,
// and what the catalogue says of the old one does not count.
func TestARecordThatTheCatalogueDoesNotKnowYet(t *testing.T) {
	r, h := newRig(t), host(t, "registry.example.com")
	old := token("glpat-old")
	old.Life.ExpiresAt = now
	if err := r.Keep(t.Context(), h, old); err != nil {
		t.Fatal(err)
	}
	catalogue, err := os.ReadFile(r.catalogPath())
	if err != nil {
		t.Fatal(err)
	}
	r.keep(t, h, "glpat-new")
	if err := os.WriteFile(r.catalogPath(), catalogue, 0o600); err != nil {
		t.Fatal(err)
	}
	kept, err := r.Find(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	tok, err := r.Reveal(t.Context(), kept)
	if err != nil || tok.Secret.Reveal() != "glpat-new" || !tok.Life.ExpiresAt.Equal(now.AddDate(0, 1, 0)) {
		t.Errorf("%q until %v, %v", tok.Secret.Reveal(), tok.Life.ExpiresAt, err)
	}
}

func TestTheEarlierOfTheTwoExpiriesCounts(t *testing.T) {
	for name, years := range map[string]int{"the catalogue's": -1, "the record's": 1} {
		r, h := newRig(t), host(t, "registry.example.com")
		r.keep(t, h, "glpat-x")
		r.moveExpiry(t, years)
		kept, err := r.Find(t.Context(), h)
		if err != nil {
			t.Fatal(err)
		}
		tok, err := r.Reveal(t.Context(), kept)
		want := now.AddDate(min(years, 0), 1, 0)
		if err != nil || !tok.Life.ExpiresAt.Equal(want) {
			t.Errorf("%s is earlier: %v, %v; want %v", name, tok.Life.ExpiresAt, err, want)
		}
	}
}

// moveExpiry edits the catalogue behind the program's back.
func (r *rig) moveExpiry(t *testing.T, years int) {
	t.Helper()
	data, err := os.ReadFile(r.catalogPath())
	if err != nil {
		t.Fatal(err)
	}
	from, to := now.AddDate(0, 1, 0).Format(time.RFC3339), now.AddDate(years, 1, 0).Format(time.RFC3339)
	if err := os.WriteFile(r.catalogPath(), []byte(strings.ReplaceAll(string(data), from, to)), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestNoneKeepsAndServesNothing(t *testing.T) {
	r, h := newRig(t), host(t, "registry.example.com")
	r.keep(t, h, "glpat-roots-own")
	calls := r.vault.Calls()
	r.env["GITLABJOB_KEYRING"] = "none"
	if _, err := r.Find(t.Context(), h); !errors.Is(err, credentials.ErrNotKept) {
		t.Errorf("Find = %v", err)
	}
	if all, err := r.All(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("All = %v, %v", all, err)
	}
	if err := r.Ready(t.Context()); !errors.Is(err, keyring.ErrNone) {
		t.Errorf("Ready = %v", err)
	}
	if err := r.Forget(t.Context(), h); err != nil {
		t.Errorf("Forget = %v", err)
	}
	if r.vault.Calls() != calls {
		t.Error("the vault was called")
	}
	r.env["GITLABJOB_KEYRING"] = "os"
	if got := r.reveal(t, h); got != "glpat-roots-own" {
		t.Errorf("kept %q", got)
	}
}

func TestForgetTriesTheVaultOfAHostItDoesNotKnow(t *testing.T) {
	r, h := newRig(t), host(t, "registry.example.com")
	if err := r.vault.Set(t.Context(), h.String(), credentials.NewSecret("orphan")); err != nil {
		t.Fatal(err)
	}
	if err := r.Forget(t.Context(), h); err != nil {
		t.Fatal(err)
	}
	if _, err := r.vault.Get(t.Context(), h.String()); !errors.Is(err, keyring.ErrNoRecord) {
		t.Error("the orphan is still there")
	}
	r.vault.Fail = keyring.ErrLocked
	if err := r.Forget(t.Context(), h); err != nil {
		t.Errorf("Forget of nothing with a locked vault = %v", err)
	}
}

func TestForgetOfAKeptTokenNeedsTheVault(t *testing.T) {
	r, h := newRig(t), host(t, "registry.example.com")
	r.keep(t, h, "glpat-x")
	r.vault.Fail = keyring.ErrLocked
	if err := r.Forget(t.Context(), h); !errors.Is(err, keyring.ErrLocked) {
		t.Errorf("Forget = %v; want ErrLocked", err)
	}
	r.vault.Fail = nil
	if got := r.reveal(t, h); got != "glpat-x" {
		t.Errorf("kept %q", got)
	}
}
