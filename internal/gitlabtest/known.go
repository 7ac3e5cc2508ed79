package gitlabtest

import (
	"slices"
	"time"
)

// Add makes a credential known. It takes the place of one with the same secret, and of its part in a family.
func (g *GitLab) Add(t Token) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tokens = slices.DeleteFunc(g.tokens, func(old *Token) bool { return old.Secret == t.Secret })
	t.previous = 0
	g.insert(&t)
}

// insert gives t an id of its own. g.mu is held.
func (g *GitLab) insert(t *Token) {
	g.lastID++
	t.id = g.lastID
	g.tokens = append(g.tokens, t)
}

// Change lets f change the credential with that secret, between two requests. It panics when there is none.
func (g *GitLab) Change(secret string, f func(*Token)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	t := g.known(secret)
	if t == nil {
		panic("gitlabtest: Change of a credential that was not added")
	}
	f(t)
}

// find returns a copy of the credential with that secret, and the time.
func (g *GitLab) find(secret string) (t Token, known bool, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if t := g.known(secret); t != nil {
		return *t, true, g.now()
	}
	return Token{}, false, g.now()
}

// known returns the credential with that secret, or nil. g.mu is held.
func (g *GitLab) known(secret string) *Token {
	for _, t := range g.tokens {
		if t.Secret == secret {
			return t
		}
	}
	return nil
}
