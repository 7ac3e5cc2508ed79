package clients

import (
	"errors"
	"strings"
)

// dockerHub is the registry of images that name none, and hubKey what its credentials are kept under
// (docker/cli cli/config/configfile/file.go).
const (
	dockerHub = "docker.io"
	hubKey    = "https://index.docker.io/v1/"
)

// Image is what a client is asked to fetch: an image, or anything at all from a registry.
type Image struct {
	Raw  string // as it was given
	Host string // the registry as it is spelt there; "docker.io" where none is
	Path string // "group/project", without tag and digest; "" for the registry as a whole
}

// ErrBadImage means that a text names neither an image nor a registry.
var ErrBadImage = errors.New("it is neither an image nor a registry")

// ParseImage reads the name of an image, or of a registry alone: "registry.example.com/group/app:1", "alpine",
// "registry.example.com:5050". What stands alone is a registry where it has a dot or a port of four digits and more, or
// is localhost: "debian:12" is an image. The error is ErrBadImage; it does not repeat the text.
func ParseImage(raw string) (Image, error) {
	const most = 1024
	if raw == "" || len(raw) > most || strings.Trim(raw, nameCharacters) != "" ||
		raw[0] == '/' || strings.Contains(raw, "//") {
		return Image{}, ErrBadImage
	}
	first, rest, hasPath := strings.Cut(raw, "/")
	switch {
	case hasPath && strings.Contains(first, "@"):
		return Image{}, ErrBadImage
	case !hasPath && isRegistry(first):
		return Image{Raw: raw, Host: first}, nil
	case hasPath && rest == "": // "registry.example.com/"
		return Image{Raw: raw, Host: first}, nil
	case !hasPath || !strings.ContainsAny(first, ".:") && first != "localhost" && strings.ToLower(first) == first:
		first, rest = dockerHub, raw
	}
	rest, _, _ = strings.Cut(rest, "@")
	if colon := strings.LastIndexByte(rest, ':'); colon > strings.LastIndexByte(rest, '/') {
		rest = rest[:colon]
	}
	rest = strings.TrimSuffix(rest, "/")
	if rest == "" {
		return Image{}, ErrBadImage
	}
	if first == dockerHub && !strings.Contains(rest, "/") {
		rest = "library/" + rest
	}
	return Image{Raw: raw, Host: first, Path: rest}, nil
}

// nameCharacters are those of names of images and registries, IPv6 addresses among them.
const nameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_/:@[]+"

// isRegistry reports whether a word without a slash names a registry.
func isRegistry(word string) bool {
	const leastPort = 4 // digits: a tag of so many is rarer than a port
	name, port, _ := strings.Cut(word, ":")
	switch {
	case name == "" || strings.Contains(word, "@"): // a digest is no port
		return false
	case word[0] == '[', strings.Contains(name, "."), name == "localhost":
		return true
	}
	return len(port) >= leastPort && strings.Trim(port, "0123456789") == ""
}

// normal returns an image of Docker Hub under the one name that most clients have for it (distribution/reference).
func (i Image) normal() Image {
	if i.Host == "index."+dockerHub && i.Path != "" {
		i.Host = dockerHub
	}
	if i.Host == dockerHub && i.Path != "" && !strings.Contains(i.Path, "/") {
		i.Path = "library/" + i.Path
	}
	return i
}

// Name returns the image without tag and digest, or the registry alone.
func (i Image) Name() string {
	if i.Path == "" {
		return i.Host
	}
	return i.Host + "/" + i.Path
}
