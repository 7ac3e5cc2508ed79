package gitlabtest

import (
	"fmt"
	"regexp"
	"time"
)

// rotated is what an earlier rotation has put behind a secret.
var rotated = regexp.MustCompile(`-r[0-9]+$`)

// newSecret returns a secret that nobody has. It begins with the secret that was added, so that whoever looks for that
// in a place where it must not be finds each of its heirs. g.mu is held.
func (g *GitLab) newSecret(old string) string {
	stem := rotated.ReplaceAllString(old, "")
	for {
		g.rotations++
		if secret := fmt.Sprintf("%s-r%d", stem, g.rotations); g.known(secret) == nil {
			return secret
		}
	}
}

// Heir returns the secret of the newest token that has come from the one with secret, by one rotation or several, and
// that is neither revoked nor expired; and whether there is one.
func (g *GitLab) Heir(secret string) (string, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	heir, has := "", false
	for _, t := range g.descendants(g.known(secret)) {
		if !t.Revoked && !t.expired(g.now()) {
			heir, has = t.Secret, true
		}
	}
	return heir, has
}

// FamilyRevoked reports whether a revoked token that was shown at Rotate has ever taken a living one with it.
func (g *GitLab) FamilyRevoked() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.familyRevoked
}

// revokeFamily revokes what has come from t (gl:app/services/personal_access_tokens/revoke_token_family_service.rb).
// g.mu is held.
func (g *GitLab) revokeFamily(t *Token, now time.Time) {
	for _, heir := range g.descendants(t) {
		if !heir.Revoked && !heir.expired(now) {
			heir.Revoked, g.familyRevoked = true, true
		}
	}
}

// descendants returns what has come from t by rotation, the oldest first. g.mu is held.
func (g *GitLab) descendants(t *Token) []*Token {
	if t == nil {
		return nil
	}
	var all []*Token
	family := map[int]bool{t.id: true}
	for _, heir := range g.tokens { // A token stands behind the one that it has come from.
		if family[heir.previous] {
			family[heir.id] = true
			all = append(all, heir)
		}
	}
	return all
}
