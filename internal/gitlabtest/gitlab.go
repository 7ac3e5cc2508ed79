package gitlabtest

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// GitLab is the stand-in. It is an http.Handler, and safe for concurrent use.
type GitLab struct {
	issuer string
	signer *signer

	mu     sync.Mutex
	now    func() time.Time
	tokens []*Token
	faults map[Endpoint]Fault
	seen   []*Request
}

// New returns a GitLab that knows no credential. issuer is the "iss" of its registry tokens, which the registry is
// configured to trust (docker-registry's auth.token.issuer).
func New(issuer string) (*GitLab, error) {
	s, err := sharedSigner()
	if err != nil {
		return nil, err
	}
	return &GitLab{issuer: issuer, signer: s, now: time.Now, faults: make(map[Endpoint]Fault)}, nil
}

// Add makes a credential known. It takes the place of one with the same secret.
func (g *GitLab) Add(t Token) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tokens = slices.DeleteFunc(g.tokens, func(old *Token) bool { return old.Secret == t.Secret })
	g.tokens = append(g.tokens, &t)
}

// Change lets f change the credential with that secret, between two requests. It panics when there is none.
func (g *GitLab) Change(secret string, f func(*Token)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, t := range g.tokens {
		if t.Secret == secret {
			f(t)
			return
		}
	}
	panic("gitlabtest: Change of a credential that was not added")
}

// SetNow sets the clock by which credentials die. Registry tokens go by the real clock all the same, as does the real
// registry that reads them.
func (g *GitLab) SetNow(now func() time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.now = now
}

// find returns a copy of the credential with that secret, and the time.
func (g *GitLab) find(secret string) (t Token, known bool, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now = g.now()
	for _, t := range g.tokens {
		if t.Secret == secret {
			return *t, true, now
		}
	}
	return Token{}, false, now
}

// ServeHTTP implements http.Handler.
func (g *GitLab) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	endpoint := endpointOf(r)
	rec := &recorder{ResponseWriter: w, answered: g.note(endpoint, r)}
	fault := g.faultAt(endpoint)
	if fault.strike(rec, r) {
		return
	}
	switch endpoint {
	case SignIn:
		g.signIn(rec, r, fault.OldMessage)
	case Self:
		g.self(rec, r)
	case DependencyProxy:
		g.dependencyProxy(rec, r)
	default:
		http.NotFound(rec, r)
	}
}
