package main

import (
	"bytes"
	"cmp"
	"context"
	"path/filepath"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/configure"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/doctor"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/editfile"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabrunner"
)

// fileMender configures one file, as the verb configure does.
type fileMender struct{ configuring }

// fileMender returns what mends a place for some registries. This helper is put in where Docker reads the file and can
// run it; elsewhere plaintext goes, and that is all.
func (d *doctoring) fileMender(
	u doctor.User, f *doctor.Place, hosts []credentials.Host, rulings *rulings,
) *fileMender {
	m := &fileMender{configuring{
		voice: voice{w: d.w, quiet: d.quiet}, helper: d.helper, job: d.helper.Job, rulings: rulings,
		leave: f.Format != doctor.DockerFile || f.Reader != "" || d.machine.Program.OnPath == "",
		bare:  f.Format == doctor.BareFile, told: true,
	}}
	m.o.force = d.o.force
	for _, h := range hosts {
		m.o.hosts = append(m.o.hosts, h.String())
	}
	if f.File != nil {
		m.file.Path = f.Path
	} else {
		m.file.Path, _ = dockerconfig.Path(d.w.getenv) // the home is known: its files were looked at
	}
	dir := filepath.Dir(m.file.Path)
	m.file.Strict = !u.Mine || inAnothers(dir) || inAnothers(filepath.Dir(dir))
	if u.Pulls && d.machine.Runner.Found && f.File == u.Places.HomeDocker {
		m.marks = true
		// Before 18.3 a helper that has nothing makes gitlab-runner pull anonymously.
		v := d.machine.Runner.Version
		m.leave = m.leave || v == nil || !v.GoesOn()
	}
	return m
}

func (m *fileMender) mend(ctx context.Context, dry bool) error {
	m.o.dryRun, m.rulings.adopter.Dry = dry, dry
	m.say("%s:", m.file.Path)
	return m.run(ctx)
}

// runnerMender takes what is dead out of a DOCKER_AUTH_CONFIG that gitlab-runner's config file sets for jobs.
type runnerMender struct {
	*doctoring

	path    string
	hosts   []credentials.Host
	rulings *rulings
}

func (m *runnerMender) mend(ctx context.Context, dry bool) error {
	m.say("%s:", m.path)
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
	if dry {
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
