package keyring_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

func TestRenew(t *testing.T) {
	r := newTwins(t)
	if a, b := r.find(t, registry), r.find(t, mirror); a.ID != b.ID || a.ID == r.find(t, other).ID {
		t.Fatalf("the IDs are %s, %s and %s", a.ID, b.ID, r.find(t, other).ID)
	}
	renewal := r.renew(t, registry)
	tok, err := renewal.Token()
	hosts := renewal.Hosts()
	if err != nil || tok.Secret.Reveal() != "glpat-old" || len(hosts) != 2 || hosts[0].Host.String() != registry {
		t.Errorf("%q, %v, for %v", tok.Secret.Reveal(), err, hosts)
	}
	if _, interrupted := renewal.Interrupted(); interrupted || renewal.Finished() {
		t.Error("it is the first")
	}
	if err := renewal.Intend(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	for name, noted := range map[string]bool{registry: true, mirror: true, other: false} {
		if k := r.find(t, name); k.Rotation.Begun() != noted {
			t.Errorf("%s: the note is %v", name, k.Rotation)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := r.Reveal(ctx, r.find(t, mirror)); !errors.Is(err, keyring.ErrBusy) {
		t.Errorf("Reveal = %v; want it to wait", err)
	}
	if err := renewal.Commit(t.Context(), fresh()); err != nil {
		t.Fatal(err)
	}
	renewal.Close()
	renewal.Close()
	r.has(t, map[string]string{registry: "glpat-new", mirror: "glpat-new", other: "glpat-other"})
	for _, k := range renewal.Hosts() {
		if k.Rotation.Begun() || !k.Life.ExpiresAt.Equal(now.AddDate(0, 4, 0)) || len(k.Life.Aliases) != 1 || k.ID != r.find(t, mirror).ID {
			t.Errorf("it says that this is kept: %+v", k)
		}
	}
	if len(r.notes) != 0 {
		t.Errorf("it notes %q", r.notes)
	}
	left, err := filepath.Glob(filepath.Join(r.dir, "*"))
	if err != nil || len(left) != 2 {
		t.Errorf("the directory has %v", left)
	}
}

// Without a new token everything is as it was.
func TestWithdraw(t *testing.T) {
	r := newTwins(t)
	before, err := os.ReadFile(r.catalogPath())
	if err != nil {
		t.Fatal(err)
	}
	renewal := r.renew(t, mirror)
	if err := errors.Join(renewal.Intend(t.Context(), now), renewal.Withdraw(t.Context(), true)); err != nil {
		t.Fatal(err)
	}
	renewal.Close()
	r.has(t, map[string]string{registry: "glpat-old", mirror: "glpat-old", other: "glpat-other"})
	if after, err := os.ReadFile(r.catalogPath()); err != nil || string(after) != string(before) {
		t.Errorf("the catalogue has changed, %v", err)
	}
}

// GitLab gives a new token out once: where it could not be written it is not asked for.
func TestRenewProvesThatTheVaultCanBeWritten(t *testing.T) {
	for name, c := range map[string]struct {
		set  func(t *testing.T, r *twins)
		want error
	}{
		"not kept": {func(t *testing.T, r *twins) {
			t.Helper()
			if err := r.Forget(t.Context(), host(t, registry)); err != nil {
				t.Fatal(err)
			}
		}, credentials.ErrNotKept},
		"kept anew":      {func(t *testing.T, r *twins) { t.Helper(); r.keep(t, host(t, registry), "glpat-x") }, credentials.ErrKeptMeanwhile},
		"lost":           {func(_ *testing.T, r *twins) { r.vault.Lose() }, credentials.ErrLost},
		"locked":         {func(_ *testing.T, r *twins) { r.vault.Fail = keyring.ErrLocked }, keyring.ErrLocked},
		"takes no write": {func(_ *testing.T, r *twins) { r.vaults["os"].Garble = true }, keyring.ErrGarbled},
		"that of the other host is locked": {func(t *testing.T, r *twins) {
			t.Helper()
			r.env["GITLABJOB_KEYRING"] = "helper:x"
			if err := r.Keep(t.Context(), host(t, mirror), ofGitLab("glpat-old", "robot")); err != nil {
				t.Fatal(err)
			}
			r.vaults["helper:x"].Fail = keyring.ErrLocked
		}, keyring.ErrLocked},
	} {
		r := newTwins(t)
		seen := r.find(t, registry)
		c.set(t, r)
		if renewal, err := r.Renew(t.Context(), seen); !errors.Is(err, c.want) || renewal != nil {
			t.Errorf("%s: Renew = %v, %v; want %v", name, renewal, err, c.want)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		if err := r.Amend(ctx, nil); err != nil {
			t.Errorf("%s: the lock was not given back: %v", name, err)
		}
		cancel()
	}
}
