package clients

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// File is a config file as it was found, in Docker's format or one that is alike. It is decoded once for each family of
// clients, when one of them looks at it; that is not for several goroutines at a time.
type File struct {
	Path string
	Text []byte
	Err  error // it is there, and cannot be read; ErrDirectory where it is a directory

	asDocker     *config
	asContainers *config
	asLegacy     *config
	asOras       *config
	asVariable   *config
}

// ErrDirectory means that a directory stands where a file belongs: who mounts a file that is not there into a container
// gets one.
var ErrDirectory = errors.New("it is a directory")

// config is what a client has understood of a file.
type config struct {
	auths   map[string]entry
	helpers map[string]string
	store   string
	err     error               // why it understands no more
	broken  map[string]bool     // keys of auths that the client cannot decode
	keysFor map[string][]string // keys of auths by the registry that they mean to the client, once it has been asked

	raw   map[string]authEntry       // auths as they stand in the file, for Docker
	whole bool                       // the text is one JSON value, and for Docker all of it is of the right types
	later map[string]json.RawMessage // what is decoded when somebody asks for it, for oras
}

// entry is a credential in auths.
type entry struct {
	username string
	secret   credentials.Secret
	tokens   Tokens
}

// authEntry is an entry as Docker decodes it (docker/cli cli/config/types/authconfig.go).
type authEntry struct {
	Username      string `json:"username"`
	Password      string `json:"password"`
	Auth          string `json:"auth"`
	ServerAddress string `json:"serveraddress"`
	IdentityToken string `json:"identitytoken"`
	RegistryToken string `json:"registrytoken"`
}

// dockerFile has the types of every member, because one that is of another type spoils the whole file for Docker
// (docker/cli cli/config/configfile/file.go).
type dockerFile struct {
	Auths       map[string]authEntry `json:"auths"`
	CredHelpers map[string]string    `json:"credHelpers"`
	CredsStore  string               `json:"credsStore"`

	HTTPHeaders          map[string]string            `json:"HttpHeaders"`
	PsFormat             string                       `json:"psFormat"`
	ImagesFormat         string                       `json:"imagesFormat"`
	NetworksFormat       string                       `json:"networksFormat"`
	PluginsFormat        string                       `json:"pluginsFormat"`
	VolumesFormat        string                       `json:"volumesFormat"`
	StatsFormat          string                       `json:"statsFormat"`
	DetachKeys           string                       `json:"detachKeys"`
	ServiceInspectFormat string                       `json:"serviceInspectFormat"`
	ServicesFormat       string                       `json:"servicesFormat"`
	TasksFormat          string                       `json:"tasksFormat"`
	SecretFormat         string                       `json:"secretFormat"`
	ConfigFormat         string                       `json:"configFormat"`
	NodesFormat          string                       `json:"nodesFormat"`
	PruneFilters         []string                     `json:"pruneFilters"`
	Proxies              map[string]proxyMembers      `json:"proxies"`
	CurrentContext       string                       `json:"currentContext"`
	CLIPluginsExtraDirs  []string                     `json:"cliPluginsExtraDirs"`
	Plugins              map[string]map[string]string `json:"plugins"`
	Aliases              map[string]string            `json:"aliases"`
	Features             map[string]string            `json:"features"`
}

type proxyMembers struct {
	HTTPProxy  string `json:"httpProxy"`
	HTTPSProxy string `json:"httpsProxy"`
	NoProxy    string `json:"noProxy"`
	FTPProxy   string `json:"ftpProxy"`
	AllProxy   string `json:"allProxy"`
}

var errAuth = errors.New(`an "auth" in it is not what Docker writes there`)

// docker returns the file as docker/cli loads it: the first JSON value of the text, in which an entry that cannot be
// decoded ends the loading.
func (f *File) docker() *config {
	if f.asDocker != nil {
		return f.asDocker
	}
	c := &config{err: f.Err}
	f.asDocker = c
	if f.Err != nil {
		return c
	}
	var d dockerFile
	if c.err = json.Unmarshal(f.Text, &d); isSyntax(c.err) { // there may be more behind the first value
		c.err = json.NewDecoder(bytes.NewReader(f.Text)).Decode(&d)
		if errors.Is(c.err, io.EOF) {
			c.err = nil
		}
	} else {
		c.whole = c.err == nil
	}
	c.helpers, c.store, c.raw = d.CredHelpers, d.CredsStore, d.Auths
	c.auths = make(map[string]entry, len(d.Auths))
	for key, a := range d.Auths {
		e := a.undecoded()
		if c.err == nil && a.Auth != "" {
			username, password, ok := splitAuth(a.Auth)
			if ok && username != "" {
				e.username, e.secret = username, trimmed(password)
			} else {
				c.breaks(key)
			}
		}
		c.auths[key] = e
	}
	if len(c.broken) > 0 {
		c.err = errAuth
	}
	return c
}

// breaks notes a key of auths that cannot be decoded.
func (c *config) breaks(key string) {
	if c.broken == nil {
		c.broken = make(map[string]bool)
	}
	c.broken[key] = true
}

// isSyntax reports whether nothing has been decoded, because the text is not one JSON value.
func isSyntax(err error) bool {
	var syntax *json.SyntaxError
	return errors.As(err, &syntax)
}

// undecoded is the entry without what its "auth" says.
func (a authEntry) undecoded() entry {
	return entry{
		username: a.Username, secret: credentials.NewSecret(a.Password),
		tokens: newTokens(a.IdentityToken, a.RegistryToken),
	}
}

// splitAuth splits base64("user:password").
func splitAuth(auth string) (username, password string, ok bool) {
	plain, err := base64.StdEncoding.DecodeString(auth)
	if err != nil {
		return "", "", false
	}
	return strings.Cut(string(plain), ":")
}

// trimmed returns a password without the NUL bytes that it may end in where Docker has written it.
func trimmed(password string) credentials.Secret {
	return credentials.NewSecret(strings.Trim(password, "\x00"))
}
