package joblog

import (
	"net/url"
	"strings"
)

var address = expression(`https?://[^\s"']+`)

// addresses returns the URLs in a line.
func addresses(line string) []*url.URL {
	var all []*url.URL
	for _, text := range address().FindAllString(line, -1) {
		if u, err := url.Parse(strings.TrimRight(text, ":,.;)")); err == nil {
			all = append(all, u)
		}
	}
	return all
}

// kinds are what a registry has below the name of a repository (the distribution specification's endpoints).
var kinds = []string{"/manifests/", "/blobs/", "/tags/", "/referrers/"}

// atRegistry returns the image of an address of a registry: "https://registry.example.com/v2/group/app/manifests/1" is
// that of registry.example.com/group/app:1. It is the registry where the address is that of all of it, which a login
// asks for, and "" where it is not a registry's.
func atRegistry(u *url.URL) string {
	path, ok := strings.CutPrefix(u.Path, "/v2/")
	if !ok || u.Query().Has("scope") {
		return ""
	}
	host := known(u.Host)
	for _, kind := range kinds {
		name, rest, ok := strings.Cut(path, kind)
		if !ok {
			continue
		}
		if kind == "/manifests/" {
			separator := ":"
			if strings.Contains(rest, ":") {
				separator = "@"
			}
			if image := checked(host + "/" + name + separator + rest); image != "" {
				return image
			}
		}
		if image := checked(host + "/" + name); image != "" {
			return image
		}
	}
	return checked(host)
}

// scope returns the repository that a token is asked for, "group/app", and "" if an address asks for none.
func scope(u *url.URL) string {
	first, _, _ := strings.Cut(u.Query().Get("scope"), " ")
	path, ok := strings.CutPrefix(first, "repository:")
	if end := strings.LastIndexByte(path, ':'); ok && end > 0 && checked(path[:end]) != "" {
		return path[:end]
	}
	return ""
}

// byIssuer returns the image that a token was asked for, as far as the address of its issuer tells. Which registries
// trust a GitLab nobody can tell from its name, so there it is the GitLab alone; its dependency proxy has its own name.
func byIssuer(u *url.URL, path string) string {
	host := known(u.Host)
	if host == u.Host && strings.HasSuffix(u.Path, "/jwt/auth") && u.Query().Get("service") == "container_registry" {
		return checked(host)
	}
	return checked(host + "/" + path)
}

// known returns the name that images have for a host which works for a registry of another name.
func known(host string) string {
	switch host {
	case "registry-1.docker.io", "index.docker.io", "auth.docker.io":
		return "docker.io"
	case "gitlab.com":
		return "registry.gitlab.com"
	}
	return host
}
