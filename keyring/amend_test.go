package keyring_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

func TestAmend(t *testing.T) {
	r := newTwins(t)
	changed := r.find(t, registry)
	changed.Life.Verdict = credentials.VerdictRevoked
	stale := r.find(t, other)
	stale.ID, stale.Life.Verdict = changed.ID, credentials.VerdictRevoked
	gone := changed
	gone.Host = host(t, "gone.example.com")
	if err := r.Amend(t.Context(), []credentials.Kept{changed, stale, gone}); err != nil {
		t.Fatal(err)
	}
	var revoked []string
	all, err := r.All(t.Context())
	for _, k := range all {
		if k.Life.Verdict != credentials.VerdictNone {
			revoked = append(revoked, k.Host.String())
		}
	}
	if err != nil || len(all) != 3 || !slices.Equal(revoked, []string{registry}) {
		t.Errorf("revoked: %s, %v", strings.Join(revoked, ", "), err)
	}
	if tok, err := r.Reveal(t.Context(), r.find(t, registry)); err != nil || tok.Life.Verdict != credentials.VerdictRevoked {
		t.Errorf("Reveal = %+v, %v", tok.Life, err)
	}
}
