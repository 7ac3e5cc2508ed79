package clients

import (
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"
)

// The members of a config file that credentials hang on.
const (
	auths       = "auths"
	credHelpers = "credHelpers"
	credsStore  = "credsStore"
)

// view is a file as one client sees it, less what is left out.
type view struct {
	question

	path string
	*config
	detected string // the helper for all that the file does not name
}

// dockerView returns the file as docker/cli loads it. No file is an empty one.
func (q question) dockerView(f *File) view {
	if f == nil {
		return view{question: q, config: &config{}}
	}
	return view{question: q, path: f.Path, config: f.docker()}
}

// entryAt returns the entry of auths with that very key.
func (v view) entryAt(key string) (Credential, bool) {
	e, ok := v.auths[key]
	if !ok || v.gone(v.path, auths, key) {
		return Credential{}, false
	}
	if raw, ok := v.later[key]; ok {
		e = v.decodeLater(key, raw)
	}
	return v.credential(key, e), true
}

func (v view) credential(key string, e entry) Credential {
	return Credential{
		Source: FromFile, Path: v.path, Member: auths, Key: key,
		Username: e.username, Secret: e.secret, Identity: e.tokens.any(), Tokens: e.tokens,
	}
}

// helperAt returns the helper that credHelpers names for that very key. An empty name means plaintext to Docker.
func (v view) helperAt(key string) (Credential, bool) {
	name, ok := v.helpers[key]
	if !ok || v.gone(v.path, credHelpers, key) {
		return Credential{}, false
	}
	return Credential{Source: FromHelper, Path: v.path, Member: credHelpers, Key: key, Helper: name}, true
}

// storeFor returns the helper that is asked for every registry.
func (v view) storeFor() (Credential, bool) {
	key, store := credsStore, v.store
	if v.detected != "" {
		key, store = "", v.detected
	}
	if store == "" || v.gone(v.path, credsStore, key) {
		return Credential{}, false
	}
	return Credential{Source: FromHelper, Path: v.path, Member: credsStore, Key: key, Helper: store}, true
}

// asked returns c with what its helper answers about a registry.
func (v view) asked(c Credential, serverURL string) Credential {
	return c.with(v.places.Helpers.Get(c.Helper, serverURL))
}

// said is the answer of a client that stops where the helper fails, and asks nobody else where it has nothing.
func (v view) said(helper Credential, serverURL string) Answer {
	helper = v.asked(helper, serverURL)
	if helper.Outcome == NotFound {
		helper = Credential{Source: None}
	}
	return one([]Credential{helper})
}

// failing marks what a client fails over because it cannot decode it.
func (v view) failing(found []Credential) []Credential {
	for i, c := range found {
		if v.broken[c.Key] {
			found[i].Outcome, found[i].Text = Failed, errAuth.Error()
		}
	}
	return found
}

func (c Credential) with(got HelperAnswer) Credential {
	c.Outcome, c.Text, c.Username, c.Secret = got.Outcome, got.Text, got.Username, got.Secret
	if c.Username == tokenUsername {
		c.Username, c.Identity = "", true
	}
	return c
}

// comingDownTo returns the entries of auths whose keys mean the server, as hostname has it: one with that very key
// hides the rest. Docker stops at the first "auth" that it cannot decode, and it takes them in no order: what it may
// get to or not comes in both forms.
func (v view) comingDownTo(server string, hostname func(key string) string) []Credential {
	found := v.meaning(server, hostname)
	if len(v.broken) == 0 {
		return found
	}
	for _, c := range found {
		if raw := v.credential(c.Key, v.raw[c.Key].undecoded()); !raw.same(c) {
			found = append(found, raw)
		}
	}
	return found
}

func (v view) meaning(server string, hostname func(key string) string) []Credential {
	if c, ok := v.entryAt(server); ok {
		return []Credential{c}
	}
	return v.entriesFor(server, hostname)
}

// entriesFor returns the entries whose keys mean the server, in the order of the keys.
func (v view) entriesFor(server string, hostname func(key string) string) []Credential {
	if v.keysFor == nil {
		v.keysFor = make(map[string][]string, len(v.auths))
		for _, key := range slices.Sorted(maps.Keys(v.auths)) {
			host := hostname(key)
			v.keysFor[host] = append(v.keysFor[host], key)
		}
	}
	var found []Credential
	for _, key := range v.keysFor[server] {
		if c, ok := v.entryAt(key); ok {
			found = append(found, c)
		}
	}
	return found
}

// dockerHostname returns the registry that Docker takes an old key for: less its scheme and path
// (docker/cli cli/config/credentials/file_store.go, ConvertToHostname).
func dockerHostname(key string) string {
	_, rest, isURL := strings.Cut(key, "://")
	if !isURL {
		host, _, _ := strings.Cut(key, "/")
		return host
	}
	if u, err := url.Parse(key); err == nil && u.Hostname() != "" {
		if u.Port() == "" {
			return u.Hostname()
		}
		return net.JoinHostPort(u.Hostname(), u.Port())
	}
	host, _, _ := strings.Cut(rest, "/")
	if host == "" {
		host, _, _ = strings.Cut(key, "/")
		return host
	}
	// An IPv6 address without brackets, which net/url refuses: what stands behind its last colon is the port.
	if last := strings.LastIndexByte(host, ':'); strings.Count(host, ":") > 1 && !strings.HasPrefix(host, "[") {
		if addr, port := host[:last], host[last+1:]; addr != "" && port != "" && strings.Trim(port, "0123456789") == "" {
			return net.JoinHostPort(addr, port)
		}
	}
	return host
}
