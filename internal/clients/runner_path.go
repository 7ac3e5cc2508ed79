package clients

import (
	"path"
	"strings"
)

// runnerNames returns what an image is looked for under, one after the other.
func runnerNames(i Image) (names []string) {
	for name := runnerImage(i); name != ""; name = parent(name) {
		names = append(names, name)
	}
	return names
}

// runnerImage returns the path that an image is looked for under (normalizeImageRef): less its tag, and not its digest.
func runnerImage(i Image) string {
	if i.Path == "" {
		return lowerHost(i.Host)
	}
	dir, name := path.Split(i.Raw)
	name, _, _ = strings.Cut(name, ":")
	name = path.Join(dir, name)
	first, _, _ := strings.Cut(name, "/")
	switch {
	case i.Host == dockerHub && !strings.EqualFold(first, dockerHub):
		name = path.Join(dockerHub, name)
	case strings.EqualFold(first, "index."+dockerHub):
		_, name, _ = strings.Cut(name, ".")
	}
	return lowerHost(name)
}

// runnerPath returns the registry path that an address stands for (convertToRegistryPath): with a scheme its host
// alone.
func runnerPath(address string) string {
	for _, scheme := range []string{"https://", "http://"} {
		if len(address) >= len(scheme) && strings.EqualFold(address[:len(scheme)], scheme) {
			host, _, _ := strings.Cut(address[len(scheme):], "/")
			if host = strings.ToLower(host); host == "index."+dockerHub {
				return dockerHub
			}
			return host
		}
	}
	address = strings.TrimSuffix(address, "/")
	if slash := strings.LastIndexByte(address, '/'); slash >= 0 {
		if tag := strings.LastIndexByte(address, ':'); tag > slash {
			address = address[:tag]
		}
	}
	return lowerHost(address)
}

// lowerHost returns a path with its host in lower case.
func lowerHost(path string) string {
	host, rest, ok := strings.Cut(path, "/")
	if !ok {
		return strings.ToLower(host)
	}
	return strings.ToLower(host) + "/" + rest
}
