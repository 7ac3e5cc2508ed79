package clients

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// podman is containers/image: podman, buildah, skopeo, CRI-O (image/pkg/docker/config/config.go).
//
// One file after the other is asked, the first that has something wins. In each, the helper for the registry comes
// first, then the longest key that the image is under, then keys with a scheme. A helper that has nothing leads on to
// the next file; one that fails, and a file that cannot be read, end it. credsStore and DOCKER_AUTH_CONFIG are unknown.
func podman(q question) Answer {
	q.image = q.image.normal()
	var asks []func() Answer
	for _, f := range q.podmanFiles() {
		if f.file != nil {
			asks = append(asks, func() Answer { return q.podmanFile(f) })
		}
	}
	return firstOf(asks...)
}

// podmanPlace is a file, and whether its entries stand in it without an "auths" around them.
type podmanPlace struct {
	file   *File
	legacy bool
}

func (q question) podmanFiles() []podmanPlace {
	p := q.places
	if p.Named {
		return []podmanPlace{{file: p.AuthFile}}
	}
	return []podmanPlace{{file: p.RuntimeAuth}, {file: p.ConfigAuth}, {file: p.Docker}, {file: p.DockerCfg, legacy: true}}
}

func (q question) podmanFile(f podmanPlace) Answer {
	v := view{question: q, path: f.file.Path, config: f.file.containers(f.legacy)}
	if v.err != nil {
		return stopped(Credential{Source: FromFile, Path: v.path, Outcome: Failed, Text: v.err.Error()})
	}
	if helper, ok := v.helperAt(q.image.Host); ok {
		return v.said(helper, q.image.Host)
	}
	return one(v.failing(v.podmanEntries(f.legacy)))
}

// podmanEntries returns the entry with the longest key that the image is under, else those that mean its registry once
// they are less a scheme.
func (v view) podmanEntries(legacy bool) []Credential {
	for name := v.image.Name(); name != ""; name = parent(name) {
		if legacy && name != v.image.Host {
			continue
		}
		if c, ok := v.entryAt(name); ok {
			return []Credential{c}
		}
	}
	return v.entriesFor(podmanHub(v.image.Host), func(key string) string { return podmanRegistry(key, legacy) })
}

// podmanRegistry returns what a key means where none is found as it stands.
func podmanRegistry(key string, legacy bool) string {
	registry := strings.TrimPrefix(strings.TrimPrefix(key, "http://"), "https://")
	if legacy || registry != key {
		registry, _, _ = strings.Cut(registry, "/")
	}
	return podmanHub(registry)
}

func podmanHub(registry string) string {
	if registry == dockerHub || registry == "registry-1."+dockerHub {
		return "index." + dockerHub
	}
	return registry
}

// parent returns what a name is under: "host/group" for "host/group/app", "" for a host.
func parent(name string) string { return name[:max(0, strings.LastIndexByte(name, '/'))] }

// containersFile is a file, and containersEntry an entry, as containers/image decodes them: of an entry "auth" alone.
type containersFile struct {
	Auths       map[string]containersEntry `json:"auths"`
	CredHelpers map[string]string          `json:"credHelpers"`
}

type containersEntry struct {
	Auth          string `json:"auth"`
	IdentityToken string `json:"identitytoken"`
}

// containers returns the file as containers/image loads it: one JSON value.
func (f *File) containers(legacy bool) *config {
	kept := &f.asContainers
	if legacy {
		kept = &f.asLegacy
	}
	if *kept != nil {
		return *kept
	}
	c := &config{err: f.Err}
	*kept = c
	if f.Err != nil {
		return c
	}
	var members containersFile
	if legacy {
		c.err = json.Unmarshal(f.Text, &members.Auths)
	} else {
		members, c.err = f.containersMembers()
	}
	c.helpers = members.CredHelpers
	c.auths = make(map[string]entry, len(members.Auths))
	for key, a := range members.Auths {
		username, password, ok := splitAuth(a.Auth)
		if ok {
			c.auths[key] = entry{username: username, secret: trimmed(password), tokens: newTokens(a.IdentityToken, "")}
			continue
		}
		c.auths[key] = entry{}
		if _, err := base64.StdEncoding.DecodeString(a.Auth); err != nil {
			c.breaks(key)
		}
	}
	return c
}

// containersMembers decodes the file. Decoding is what takes time: what Docker has understood the whole of is the same
// to containers/image.
func (f *File) containersMembers() (members containersFile, err error) {
	docker := f.docker()
	if !docker.whole {
		err = json.Unmarshal(f.Text, &members)
		return members, err
	}
	members = containersFile{Auths: make(map[string]containersEntry, len(docker.raw)), CredHelpers: docker.helpers}
	for key, a := range docker.raw {
		members.Auths[key] = containersEntry{a.Auth, a.IdentityToken}
	}
	return members, nil
}
