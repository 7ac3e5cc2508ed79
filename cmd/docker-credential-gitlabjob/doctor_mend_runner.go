package main

import (
	"bytes"
	"cmp"
	"context"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/configure"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/editfile"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabrunner"
)

// runnerMender takes what is dead out of a DOCKER_AUTH_CONFIG that gitlab-runner's config file sets for jobs.
type runnerMender struct {
	*doctoring

	path    string
	hosts   []credentials.Host
	rulings *rulings
}

func (m *runnerMender) where() string { return m.path }

func (m *runnerMender) mend(ctx context.Context) error {
	file := editfile.File{Path: m.path, Strict: true}
	before, err := file.Read()
	if err != nil {
		return err
	}
	config, err := gitlabrunner.ParseConfig(before)
	if err != nil {
		return &configError{path: m.path, err: err}
	}
	for _, r := range config.Runners {
		m.rule(ctx, r.AuthConfig)
	}
	if m.rulings.dry() {
		_, err := m.edited(before, true)
		return err
	}
	var said bool
	err = file.Edit(ctx, func(now []byte) ([]byte, error) {
		after, err := m.edited(now, !said)
		said = true
		return after, err
	})
	if err == nil {
		m.say("changed %s; gitlab-runner reads it anew by itself", m.path)
	}
	return err
}

// rule makes the rulings on what a DOCKER_AUTH_CONFIG holds.
func (m *runnerMender) rule(ctx context.Context, value string) {
	f, err := dockerconfig.Parse([]byte(value))
	if value == "" || err != nil {
		return
	}
	for _, h := range m.hosts {
		for _, e := range f.Entries(h) {
			m.rulings.rule(ctx, h, e)
		}
	}
}

// edited is the config file without what is dead. A variable in which nothing is left goes with it.
func (m *runnerMender) edited(text []byte, tell bool) ([]byte, error) {
	return gitlabrunner.EditAuthConfig(text, func(runner int, value string) string {
		f, err := dockerconfig.Parse([]byte(value))
		if err != nil {
			return value
		}
		for _, h := range m.hosts {
			out := configure.Apply(f, configure.Wish{Host: h, Leave: true, Runner: true, Force: m.o.force},
				func(e dockerconfig.Entry) credentials.Ruling {
					ruling, _ := m.rulings.of(h, e)
					return ruling
				})
			for _, p := range out.Gone {
				if tell {
					m.say("runner %d, DOCKER_AUTH_CONFIG: %q goes: %s", runner+1, p.Entry.Key, cmp.Or(p.Ruling.Why, "by force"))
				}
			}
			for _, p := range out.Stays {
				if tell {
					m.note("%v", &staysError{where: m.path, key: p.Entry.Key, err: p.Ruling.Err})
					m.left = append(m.left, left{path: m.path, key: p.Entry.Key, host: h, err: p.Ruling.Err})
				}
			}
		}
		if !f.Changed() {
			return value
		}
		rest := &clients.File{Path: m.path, Text: f.Bytes()}
		if len(rest.Entries(false)) == 0 && len(rest.HelperNames()) == 0 {
			return ""
		}
		return string(bytes.TrimSpace(f.Bytes()))
	})
}
