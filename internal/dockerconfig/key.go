package dockerconfig

import (
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// HostOf returns the registry that a key of "auths" or "credHelpers" is about. Clients drop a key's scheme and path, or
// match the path with the image's name: either way the key is about its host.
func HostOf(key string) (credentials.Host, bool) {
	host, err := credentials.ParseHost(Authority(key))
	return host, err == nil
}

// Authority returns the host of a key as it is spelt there, with its port.
func Authority(key string) string {
	authority, _ := split(key)
	return authority
}

// split cuts a key into its host and its path. Whatever Docker would drop of a key to find the host is dropped: any
// scheme, and behind one also user-info, an empty port, a query (docker/cli cli/config/credentials/file_store.go).
func split(key string) (authority, path string) {
	scheme, rest, isURL := strings.Cut(key, "://")
	if !isURL || strings.Contains(scheme, "/") {
		authority, path, _ = strings.Cut(key, "/")
		return authority, path
	}
	for _, second := range []string{"https://", "http://"} { // containers/image and oras-go drop another one as well
		rest = strings.TrimPrefix(rest, second)
	}
	if end := strings.IndexAny(rest, "?#"); end >= 0 {
		rest = rest[:end]
	}
	authority, path, _ = strings.Cut(rest, "/")
	authority = authority[strings.LastIndexByte(authority, '@')+1:]
	return strings.TrimSuffix(authority, ":"), path
}

// Shown returns a key as it may be shown to people. User-info and a query may carry a password, so of a key that has
// them, or escapes that could hide them, only the host is left, and a path that is plain. What looks like a token of
// GitLab's is one that was pasted into the wrong place.
func Shown(key string) string {
	const suspicious = "@%?#"
	if !strings.ContainsAny(key, suspicious) && !credentials.LooksLikeToken(key) {
		return key
	}
	authority, path := split(key)
	if _, ok := HostOf(key); !ok || credentials.LooksLikeToken(authority) {
		return redacted
	}
	if strings.ContainsAny(path, suspicious) || credentials.LooksLikeToken(path) {
		path = redacted
	}
	if !strings.Contains(key, "@") {
		return authority + "/" + path
	}
	return "https://" + redacted + "@" + authority + "/" + path
}
