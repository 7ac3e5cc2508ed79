package dockerconfig

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"github.com/tailscale/hujson"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// Entry is one member of "auths" that is more than the empty mark which `docker login` leaves beside a helper.
type Entry struct {
	Key      string // as it is spelt in the file, without JSON's escapes; see Shown
	Username string
	Secret   credentials.Secret // empty: there is none, or it cannot be read
	// Unreadable says why the secret is nothing that could be kept elsewhere: "its auth cannot be decoded".
	Unreadable string
}

// OfPath reports whether the key is about a group or project of the registry, not about all of it.
func (e Entry) OfPath() bool {
	_, path := split(e.Key)
	path = strings.Trim(path, "/")
	return path != "" && path != "v1" && path != "v2"
}

// authEntry is an entry as Docker reads it (docker/cli cli/config/types/authconfig.go).
type authEntry struct {
	Username      string `json:"username"`
	Password      string `json:"password"`
	ServerAddress string `json:"serveraddress"` // not used, but it must be a string
	Auth          string `json:"auth"`
	IdentityToken string `json:"identitytoken"`
	RegistryToken string `json:"registrytoken"`
}

// secretMembers are what makes an entry more than an empty mark.
var secretMembers = []string{"username", "password", "auth", "identitytoken", "registrytoken"}

// Entries returns the entries of h under every spelling, in the order of the file.
func (f *File) Entries(h credentials.Host) []Entry {
	var found []Entry
	for _, auths := range f.objects(authsMember) {
		for _, m := range auths.Members {
			key := text(m.Name)
			if host, ok := HostOf(key); !ok || host != h {
				continue
			}
			if e, mark := readEntry(key, m.Value); !mark {
				found = append(found, e)
			}
		}
	}
	return found
}

// Authorities returns how the keys of h spell it, those of the empty marks as well: they say under which spelling a
// login is kept elsewhere.
func (f *File) Authorities(h credentials.Host) []string {
	var found []string
	for _, auths := range f.objects(authsMember) {
		for _, m := range auths.Members {
			key := text(m.Name)
			if host, ok := HostOf(key); ok && host == h {
				found = append(found, Authority(key))
			}
		}
	}
	return found
}

// readEntry reads the credential of an entry, and reports whether it is an empty mark instead. Members that come twice
// are all looked at: the one that Docker does not read is in the file all the same.
func readEntry(key string, v hujson.Value) (e Entry, mark bool) {
	e.Key = Shown(key)
	object, ok := v.Value.(*hujson.Object)
	if !ok {
		return e, true // null: Parse has let nothing else through
	}
	has := func(names []string) bool {
		return slices.ContainsFunc(object.Members, func(m hujson.ObjectMember) bool {
			isIt := func(name string) bool { return strings.EqualFold(name, text(m.Name)) }
			return text(m.Value) != "" && slices.ContainsFunc(names, isIt)
		})
	}
	mark = !has(secretMembers)
	var a authEntry
	if json.Unmarshal(v.Pack(), &a) != nil {
		e.Unreadable = "it cannot be read"
		return e, false
	}
	e.Username, e.Secret = a.Username, credentials.NewSecret(a.Password)
	if a.Auth != "" {
		if e.Username, e.Secret, ok = decodeAuth(a.Auth); !ok {
			e.Unreadable = `its "auth" is not what Docker writes there`
		}
	}
	if a.Auth == "" && a.Password == "" && has([]string{"auth", "password"}) {
		e.Unreadable = "it has a secret that stands there twice, and Docker reads an empty one"
	}
	if a.IdentityToken != "" || a.RegistryToken != "" {
		e.Unreadable = "it is an identity or registry token, which GitLab does not give out"
	}
	return e, mark
}

// decodeAuth splits base64("user:password"), as docker/cli does; a password may end in NUL bytes there.
func decodeAuth(auth string) (username string, secret credentials.Secret, ok bool) {
	plain, err := base64.StdEncoding.DecodeString(auth)
	if err != nil {
		return "", credentials.Secret{}, false
	}
	username, password, ok := strings.Cut(string(plain), ":")
	return username, credentials.NewSecret(strings.Trim(password, "\x00")), ok && username != ""
}
