package gitlabtest

import (
	"crypto/sha256"
	"net/http"
	"strings"
)

// Endpoint is one of the places where the stand-in answers.
type Endpoint string

// The endpoints.
const (
	SignIn          Endpoint = "/jwt/auth"
	Self            Endpoint = "/api/v4/personal_access_tokens/self"
	Revoke          Endpoint = "DELETE /api/v4/personal_access_tokens/self"
	Rotate          Endpoint = "/api/v4/personal_access_tokens/self/rotate"
	User            Endpoint = "/api/v4/user"
	DependencyProxy Endpoint = "/v2/"
	Elsewhere       Endpoint = "elsewhere" // 404
)

func endpointOf(r *http.Request) Endpoint {
	switch path := r.URL.Path; {
	case path == string(SignIn) && r.Method == http.MethodGet:
		return SignIn
	case path == string(Self) && r.Method == http.MethodGet:
		return Self
	case path == string(Self) && r.Method == http.MethodDelete:
		return Revoke
	case path == string(Rotate) && r.Method == http.MethodPost:
		return Rotate
	case path == string(User) && r.Method == http.MethodGet:
		return User
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

// Request is one request that the stand-in has got. It does not hold the credential, so that it can be printed.
type Request struct {
	Endpoint  Endpoint
	Method    string
	Path      string
	Header    Header   // how a credential came along, if one did
	Username  string   // of Basic
	Service   string   // of a sign-in
	Scopes    []string // of a sign-in
	UserAgent string
	Status    int // 0: there was no answer

	sum [sha256.Size]byte
}

// Carried reports whether secret came along with the request, in its header.
func (r Request) Carried(secret string) bool {
	return r.Header != NoHeader && r.sum == sha256.Sum256([]byte(secret))
}

// Seen returns the requests so far, in the order in which they came.
func (g *GitLab) Seen() []Request {
	g.mu.Lock()
	defer g.mu.Unlock()
	seen := make([]Request, 0, len(g.seen))
	for _, r := range g.seen {
		seen = append(seen, *r)
	}
	return seen
}

// note notes that r has come, and returns what notes the status of the answer.
func (g *GitLab) note(e Endpoint, r *http.Request) (answered func(status int)) {
	header, username, secret := credential(r)
	query := r.URL.Query()
	noted := &Request{
		Endpoint: e, Method: r.Method, Path: r.URL.Path, Header: header, Username: username,
		Service: query.Get("service"), Scopes: scopes(query["scope"]), UserAgent: r.UserAgent(),
		sum: sha256.Sum256([]byte(secret)),
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.seen = append(g.seen, noted)
	return func(status int) {
		g.mu.Lock()
		defer g.mu.Unlock()
		noted.Status = status
	}
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

// recorder passes the status on before it is sent, so that whoever has the answer can look it up.
type recorder struct {
	http.ResponseWriter

	answered func(status int)
}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	r.answered(status)
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController find what is wrapped.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
