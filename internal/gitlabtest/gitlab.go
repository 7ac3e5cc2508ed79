package gitlabtest

import (
	"net/http"
	"sync"
	"time"
)

// GitLab is the stand-in. It is an http.Handler, and safe for concurrent use.
type GitLab struct {
	issuer string
	signer *signer

	mu            sync.Mutex
	now           func() time.Time
	tokens        []*Token
	lastID        int
	rotations     int
	familyRevoked bool
	noProxy       bool
	faults        map[Endpoint]Fault
	seen          []*Request
}

const firstID = 42

// New returns a GitLab that knows no credential. issuer is the "iss" of its registry tokens, which the registry is
// configured to trust (docker-registry's auth.token.issuer).
func New(issuer string) (*GitLab, error) {
	s, err := sharedSigner()
	if err != nil {
		return nil, err
	}
	return &GitLab{issuer: issuer, signer: s, now: time.Now, lastID: firstID - 1, faults: make(map[Endpoint]Fault)}, nil
}

// SetNow sets the clock by which credentials die. Registry tokens go by the real clock all the same, as does the real
// registry that reads them.
func (g *GitLab) SetNow(now func() time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.now = now
}

// SetDependencyProxy makes this a GitLab with the dependency proxy, as it is at first, or without.
func (g *GitLab) SetDependencyProxy(on bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.noProxy = !on
}

// ServeHTTP implements http.Handler.
func (g *GitLab) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	endpoint := endpointOf(r)
	rec := &recorder{ResponseWriter: w, answered: g.note(endpoint, r)}
	fault := g.faultAt(endpoint)
	if !fault.After {
		if !fault.strike(rec, r) {
			g.work(rec, r, endpoint, fault.OldMessage)
		}
		return
	}
	kept := &heldAnswer{header: make(http.Header), status: http.StatusOK}
	g.work(kept, r, endpoint, fault.OldMessage)
	if !fault.strike(rec, r) {
		kept.release(rec)
	}
}

// work is what an endpoint does where nothing goes wrong.
func (g *GitLab) work(w http.ResponseWriter, r *http.Request, e Endpoint, oldMessage bool) {
	switch e {
	case SignIn:
		g.signIn(w, r, oldMessage)
	case Self, Revoke, Rotate, User:
		g.api(w, r, e)
	case DependencyProxy:
		g.dependencyProxy(w, r)
	default:
		http.NotFound(w, r)
	}
}
