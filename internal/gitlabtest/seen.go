package gitlabtest

import (
	"crypto/sha256"
	"net/http"
	"slices"
	"strings"
)

// Endpoint is one of the places where the stand-in answers.
type Endpoint string

// The endpoints.
const (
	SignIn          Endpoint = "/jwt/auth"
	Self            Endpoint = "/api/v4/personal_access_tokens/self"
	DependencyProxy Endpoint = "/v2/"
	Elsewhere       Endpoint = "elsewhere" // 404
)

func endpointOf(r *http.Request) Endpoint {
	switch path := r.URL.Path; {
	case path == string(SignIn) && r.Method == http.MethodGet:
		return SignIn
	case path == string(Self) && r.Method == http.MethodGet:
		return Self
	case strings.HasPrefix(path, string(DependencyProxy)) || path == "/v2":
		return DependencyProxy
	}
	return Elsewhere // A POST to /jwt/auth too, which Docker tries for identity tokens.
}

// Header is the way in which a credential came along.
type Header string

// The ways.
const (
	NoHeader     Header = ""
	Basic        Header = "Basic"
	Bearer       Header = "Bearer"
	PrivateToken Header = "PRIVATE-TOKEN"
)

// Request is one request that the stand-in has answered. It does not hold the credential, so that it can be printed.
type Request struct {
	Endpoint  Endpoint
	Method    string
	Path      string
	Header    Header   // how a credential came along, if one did
	Username  string   // of Basic
	Service   string   // of a sign-in
	Scopes    []string // of a sign-in
	UserAgent string
	Status    int // 0: the connection was cut

	sum [sha256.Size]byte
}

// Carried reports whether secret came along with the request, in its header.
func (r Request) Carried(secret string) bool {
	return r.Header != NoHeader && r.sum == sha256.Sum256([]byte(secret))
}

// Seen returns the requests so far, in the order in which their answers ended.
func (g *GitLab) Seen() []Request {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.seen)
}

func (g *GitLab) note(e Endpoint, r *http.Request, status int) {
	header, username, secret := credential(r)
	query := r.URL.Query()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.seen = append(g.seen, Request{
		Endpoint: e, Method: r.Method, Path: r.URL.Path, Header: header, Username: username,
		Service: query.Get("service"), Scopes: scopes(query["scope"]), UserAgent: r.UserAgent(), Status: status,
		sum: sha256.Sum256([]byte(secret)),
	})
}

// credential returns the credential that came along with r.
func credential(r *http.Request) (by Header, username, secret string) {
	if token := r.Header.Get("PRIVATE-TOKEN"); token != "" {
		return PrivateToken, "", token
	}
	if username, password, ok := r.BasicAuth(); ok {
		return Basic, username, password
	}
	if scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " "); strings.EqualFold(scheme, "Bearer") {
		return Bearer, "", token
	}
	return NoHeader, "", ""
}

// recorder remembers the status.
type recorder struct {
	http.ResponseWriter

	status int
}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController find what is wrapped.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
