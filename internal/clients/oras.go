package clients

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// oras is oras-go's store over Docker's file: oras, helm, notation (registry/remote/credentials).
//
// It knows the members by their exact names, takes of an entry that comes twice the last, and passes over an empty name
// in credHelpers. It decodes no more than the one entry it needs. Helpers that fail, and what it cannot decode, end it.
func oras(q question) Answer {
	v := q.orasView(q.places.Docker)
	if v.err != nil {
		return stopped(Credential{Source: FromFile, Path: v.path, Outcome: Failed, Text: v.err.Error()})
	}
	server := q.orasServer()
	helper, ok := v.helperAt(server)
	if !ok || helper.Helper == "" {
		helper, ok = v.storeFor()
	}
	if ok && helper.Helper != "" {
		return v.said(helper, server)
	}
	return one(v.failing(v.meaning(server, orasHostname)))
}

// orasServer is what is asked for the registry of the image (registry.go, ServerAddressFromHostname).
func (q question) orasServer() string {
	if q.image.Host == dockerHub || q.image.Host == "registry-1."+dockerHub {
		return hubKey
	}
	return q.image.Host
}

// orasHostname returns the registry that oras takes an old key for (internal/config/config.go, ToHostname).
func orasHostname(key string) string {
	key = strings.TrimPrefix(key, "http://")
	key = strings.TrimPrefix(key, "https://")
	host, _, _ := strings.Cut(key, "/")
	return host
}

func (q question) orasView(f *File) view {
	if f == nil {
		return view{question: q, config: &config{}}
	}
	return view{question: q, path: f.Path, config: f.oras()}
}

// oras returns the file as oras-go loads it.
func (f *File) oras() *config {
	if f.asOras != nil {
		return f.asOras
	}
	c := &config{err: f.Err, auths: make(map[string]entry)}
	f.asOras = c
	if f.Err != nil {
		return c
	}
	var content map[string]json.RawMessage
	if err := json.NewDecoder(bytes.NewReader(f.Text)).Decode(&content); err != nil {
		if !errors.Is(err, io.EOF) {
			c.err = err
		}
		return c
	}
	var entries map[string]json.RawMessage
	for _, member := range []struct {
		name string
		into any
	}{{credsStore, &c.store}, {credHelpers, &c.helpers}, {auths, &entries}} {
		if raw, ok := content[member.name]; ok && c.err == nil {
			c.err = json.Unmarshal(raw, member.into)
		}
	}
	c.later = entries
	for key := range entries {
		c.auths[key] = entry{}
	}
	return c
}

// decodeLater decodes the entry that somebody has asked for.
func (c *config) decodeLater(key string, raw json.RawMessage) entry {
	e, ok := orasEntry(raw)
	if !ok {
		c.breaks(key)
	}
	c.auths[key] = e
	delete(c.later, key)
	return e
}

// orasEntry decodes one entry.
func orasEntry(raw json.RawMessage) (e entry, ok bool) {
	var a struct {
		Auth          string `json:"auth"`
		IdentityToken string `json:"identitytoken"`
		RegistryToken string `json:"registrytoken"`
		Username      string `json:"username"`
		Password      string `json:"password"`
	}
	if json.Unmarshal(raw, &a) != nil {
		return entry{}, false
	}
	if a.Auth != "" {
		if a.Username, a.Password, ok = splitAuth(a.Auth); !ok {
			return entry{}, false
		}
	}
	return entry{
		username: a.Username, secret: credentials.NewSecret(a.Password),
		tokens: newTokens(a.IdentityToken, a.RegistryToken),
	}, true
}
