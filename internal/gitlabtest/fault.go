package gitlabtest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Fault is what goes wrong at an endpoint, from now on. The zero Fault repairs everything.
type Fault struct {
	Endpoint Endpoint // "" is every endpoint; a fault of its own goes first
	// Status is answered in place of the truth, with the body that GitLab has for it: 429, 500, 502, 503, or 403 as
	// for an address that is banned (gl:app/controllers/application_controller.rb, IpBlocked).
	Status int
	// Body is the answer's body in place of GitLab's, with Status or else 200. Echo in it stands for the credential.
	Body string
	// After makes it go wrong when the endpoint has done its work: a token is rotated or revoked by then, say, and
	// nobody hears of it.
	After bool
	// Delay is how long the answer takes to begin; a client that leaves ends it.
	Delay time.Duration
	// Cut cuts the connection without an answer.
	Cut bool
	// Redirect is where the answer points to, with the status 302.
	Redirect string
	// OldMessage makes refusals of the registry sign-in say what older GitLabs say.
	OldMessage bool
}

// Echo stands in a Fault's Body for the credential that came along.
const Echo = "{echo}"

// Fault makes an endpoint fail. A later Fault for the same endpoint takes the place of an earlier one.
func (g *GitLab) Fault(f Fault) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if f == (Fault{}) {
		clear(g.faults)
		return
	}
	g.faults[f.Endpoint] = f
}

func (g *GitLab) faultAt(e Endpoint) Fault {
	g.mu.Lock()
	defer g.mu.Unlock()
	if f, ok := g.faults[e]; ok {
		return f
	}
	return g.faults[""]
}

// strike lets the fault happen, and reports whether that was the answer.
func (f Fault) strike(w http.ResponseWriter, r *http.Request) bool {
	if f.Delay > 0 {
		// That a client has left is noticed once its request has been read.
		if body, err := io.ReadAll(r.Body); err == nil {
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		select {
		case <-time.After(f.Delay):
		case <-r.Context().Done():
			return true
		}
	}
	switch {
	case f.Cut:
		panic(http.ErrAbortHandler)
	case f.Redirect != "":
		http.Redirect(w, r, f.Redirect, http.StatusFound)
	case f.Body != "":
		_, _, secret := credential(r)
		w.WriteHeader(max(f.Status, http.StatusOK))
		_, _ = fmt.Fprint(w, expand(f.Body, secret))
	case f.Status != 0:
		breakdown(w, f.Status)
	default:
		return false
	}
	return true
}
