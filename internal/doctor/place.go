package doctor

import (
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
)

// entry is what stands in auths, and the registry that its key is about.
type entry struct {
	clients.Credential

	host credentials.Host
}

// entries returns what stands in auths under the names of registries, and nothing of what could not be read.
func (p *Place) entries() []entry {
	if p.Err != nil || p.Skipped != "" {
		return nil
	}
	if p.found == nil {
		found := []entry{}
		for _, c := range p.Entries(p.Format == BareFile) {
			if h, ok := registryOf(c.Key); ok {
				found = append(found, entry{c, h})
			}
		}
		p.found = &found
	}
	return *p.found
}

// registryOf returns the registry that a key is about, if the name of an image can begin with it at all: one without a
// dot or a port is a part of Docker Hub to every client. A token that was pasted there is none.
func registryOf(key string) (credentials.Host, bool) {
	h, ok := dockerconfig.HostOf(key)
	name := h.String()
	named := name == "localhost" || strings.ContainsAny(dockerconfig.Authority(key), ".:")
	return h, ok && named && !credentials.LooksLikeToken(name)
}

// helpers returns which helpers the place names.
func (p *Place) helpers() []clients.Credential {
	if p.Err != nil || p.Skipped != "" || p.Format == BareFile {
		return nil
	}
	return p.HelperNames()
}

// filesOf returns the places of a user, with those of gitlab-runner where it pulls with them.
func (m Machine) filesOf(u User) []*Place {
	if u.Pulls && len(m.Runner.Files) > 0 {
		return append(u.Files[:len(u.Files):len(u.Files)], m.Runner.Files...)
	}
	return u.Files
}
