package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/configure"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
)

// errNoHost means that nobody has said which registry it is about.
var errNoHost = errors.New("it is not said for which registry, and no token is kept for any")

// makeWishes says for which hosts this helper shall answer: those on the command line, else the job's, else those that
// a token is kept for or that are configured in the file already, else the one that a person at the terminal names.
func (c *configuring) makeWishes(ctx context.Context, f *dockerconfig.File) ([]configure.Wish, error) {
	if _, err := c.named(); err != nil {
		return nil, err
	}
	spelt := slices.Clone(c.o.hosts)
	var wishes []configure.Wish
	switch {
	case len(spelt) > 0:
	case c.job.Running():
		for _, own := range c.job.Hosts {
			wishes = c.add(wishes, own.Host, append(configure.BothPorts(own.Host), dockerconfig.Authority(own.Spelt))...)
		}
		if len(wishes) == 0 {
			c.note("this job has no registry: neither CI_REGISTRY nor CI_DEPENDENCY_PROXY_SERVER is set")
		}
		return c.forRunner(f, wishes), nil
	default:
		kept, err := c.helper.Keeper.All(ctx)
		if err != nil {
			return nil, err
		}
		for _, k := range kept {
			spelt = append(spelt, k.Host.String())
			for _, alias := range k.Life.Aliases {
				spelt = append(spelt, alias.String())
			}
		}
		for _, h := range f.AllHelpers() {
			if _, ok := dockerconfig.HostOf(h.Key); ok && h.Name == configure.Helper {
				spelt = append(spelt, h.Key)
			}
		}
		if len(spelt) == 0 {
			if spelt, err = c.askForHost(); err != nil {
				return nil, err
			}
		}
	}
	for _, s := range spelt {
		host, err := credentials.ParseHost(s)
		if err != nil {
			return nil, err
		}
		if c.job.Covers(host) || c.runner != nil {
			wishes = c.add(wishes, host, configure.BothPorts(host)...)
		}
		wishes = c.add(wishes, host, dockerconfig.Authority(s))
	}
	return c.forRunner(f, wishes), nil
}

// add adds a wish, or the spellings to the wish that is there for the host.
func (c *configuring) add(wishes []configure.Wish, h credentials.Host, spellings ...string) []configure.Wish {
	for i := range spellings {
		spellings[i] = strings.TrimSpace(spellings[i]) // a line end behind a variable's value is no part of a name
	}
	for i := range wishes {
		if wishes[i].Host == h {
			wishes[i].Spellings = append(wishes[i].Spellings, spellings...)
			return wishes
		}
	}
	return append(wishes, configure.Wish{
		Host: h, Spellings: spellings, Force: c.o.force, Runner: c.o.runner || c.marks, Leave: c.leave,
	})
}

// errNoRegistry is for a word that Docker would take for a part of an image's name. It is not repeated: it may be a
// token.
var errNoRegistry = errors.New("a word on the command line is no registry: that has a dot, a port or is localhost")

// named returns the hosts on the command line.
func (c *configuring) named() ([]credentials.Host, error) {
	var hosts []credentials.Host
	for _, spelt := range c.o.hosts {
		host, err := parseRegistry(spelt)
		if err != nil {
			return nil, err
		}
		hosts = append(hosts, host)
	}
	return hosts, nil
}

// parseRegistry reads a word of the command line that is to name a registry.
func parseRegistry(spelt string) (credentials.Host, error) {
	host, err := credentials.ParseHost(spelt)
	if err != nil {
		return credentials.Host{}, err
	}
	// Without a dot or port Docker takes it for a name on its Hub. Tokens may have dots (gl:doc/security/tokens).
	name := host.String()
	if !strings.ContainsAny(name, ".:") && name != "localhost" || credentials.LooksLikeToken(name) {
		return credentials.Host{}, errNoRegistry
	}
	return host, nil
}

// askForHost asks the person at the terminal for a registry.
func (c *configuring) askForHost() ([]string, error) {
	line, err := c.w.ask("registry, such as registry.gitlab.com: ")
	if err != nil || line == "" {
		return nil, errNoHost
	}
	c.o.hosts = []string{line}
	_, err = c.named()
	return c.o.hosts, err
}
