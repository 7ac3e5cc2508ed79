package gitlabtest

import (
	"fmt"
	"net/http"
	"strings"
)

// Challenge returns the WWW-Authenticate value of a registry whose clients sign in at realm, for service.
func (g *GitLab) Challenge(service, realm string) string {
	return fmt.Sprintf(`Bearer realm="%s",service="%s"`, realm, service)
}

// Protect makes a registry of next: requests under /v2/ need a registry token for service, with "pull" in the
// repository for GET and HEAD and "push" for the rest. realm returns where clients get one: the URL of /jwt/auth.
func (g *GitLab) Protect(service string, realm func() string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v2" && !strings.HasPrefix(r.URL.Path, "/v2/") {
			next.ServeHTTP(w, r)
			return
		}
		repository, action, asked := repositoryOf(r.URL.Path), "push", "pull,push"
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			action, asked = "pull", "pull"
		}
		_, _, bearer := credential(r)
		if err := g.verify(bearer, service, repository, action); err != nil {
			challenge := g.Challenge(service, realm())
			if repository != "" {
				challenge += fmt.Sprintf(`,scope="repository:%s:%s"`, repository, asked)
			}
			w.Header().Set("WWW-Authenticate", challenge)
			w.Header().Set("Docker-Distribution-Api-Version", "registry/2.0")
			registryError(w, http.StatusUnauthorized, "UNAUTHORIZED", "authentication required")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// repositoryOf returns the repository that a path of the registry API is about, or "" for /v2/ itself.
func repositoryOf(path string) string {
	name := strings.TrimPrefix(path, "/v2/")
	for _, part := range []string{"/manifests/", "/blobs/", "/tags/", "/referrers/"} {
		if at := strings.LastIndex(name, part); at >= 0 {
			return name[:at]
		}
	}
	return ""
}

// dependencyProxy is /v2/ on GitLab's own host. There is nothing behind it.
func (g *GitLab) dependencyProxy(w http.ResponseWriter, r *http.Request) {
	_, _, bearer := credential(r)
	if err := g.verify(bearer, dependencyProxy, "", ""); err != nil {
		w.Header().Set("WWW-Authenticate", g.Challenge(dependencyProxy, origin(r)+string(SignIn)))
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	w.WriteHeader(http.StatusOK)
}
