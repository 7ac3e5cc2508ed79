package gitlabtest

import (
	"net/http"
	"slices"
	"strings"
)

// The services that sign-in is for.
const (
	containerRegistry = "container_registry"
	dependencyProxy   = "dependency_proxy"
)

// signIn is GET /jwt/auth.
func (g *GitLab) signIn(w http.ResponseWriter, r *http.Request, oldMessage bool) {
	by, username, secret := credential(r)
	token, known, now := g.find(secret)
	g.mu.Lock()
	noProxy := g.noProxy
	g.mu.Unlock()
	if by == Basic && (!known || !token.signsIn(username, now)) {
		message := AccessDenied
		if oldMessage {
			message = OldAccessDenied
		}
		registryError(w, http.StatusUnauthorized, "UNAUTHORIZED", message+origin(r)+helpPage)
		return
	}
	query := r.URL.Query()
	switch service := query.Get("service"); service {
	case containerRegistry:
		if by != Basic || len(token.actions()) == 0 {
			registryError(w, http.StatusForbidden, "DENIED", AccessForbidden)
			return
		}
		g.grant(w, service, &token, scopes(query["scope"]))
	case dependencyProxy:
		switch {
		case noProxy: // GitLab looks at the credential first, and at its rights after this.
			proxyError(w, http.StatusNotFound, NoDependencyProxy)
		case by != Basic || !token.proxies():
			proxyError(w, http.StatusForbidden, AccessForbidden)
		default:
			g.grant(w, service, &token, nil)
		}
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// proxyError is how the dependency proxy's sign-in refuses (gl:app/services/concerns/base_service_utility.rb, error).
func proxyError(w http.ResponseWriter, status int, message string) {
	respond(w, status, map[string]any{"message": message, "status": "error", "http_status": status})
}

// grant answers with a registry token. What the credential does not open is left out of it, without a word: it is the
// registry that refuses.
func (g *GitLab) grant(w http.ResponseWriter, service string, t *Token, wanted []string) {
	granted := make([]access, 0, len(wanted))
	for _, scope := range wanted {
		typ, rest, _ := strings.Cut(scope, ":")
		name, actions, _ := strings.Cut(rest, ":")
		if typ != "repository" || !t.opens(name) {
			continue
		}
		allowed := slices.DeleteFunc(strings.Split(actions, ","), func(action string) bool {
			return !slices.Contains(t.actions(), action)
		})
		if len(allowed) > 0 {
			granted = append(granted, access{Type: typ, Name: name, Actions: allowed})
		}
	}
	signed, err := g.registryToken(service, t, granted)
	if err != nil {
		breakdown(w, http.StatusInternalServerError)
		return
	}
	respond(w, http.StatusOK, map[string]string{"token": signed})
}

// scopes splits what Docker sends as several parameters, and others as one with spaces.
func scopes(params []string) []string {
	var all []string
	for _, param := range params {
		all = append(all, strings.Fields(param)...)
	}
	return all
}
