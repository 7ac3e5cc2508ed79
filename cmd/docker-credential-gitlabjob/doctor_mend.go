package main

import (
	"context"
	"errors"
	"slices"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/configure"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/doctor"
)

// fileMender configures one file, as the verb configure does.
type fileMender struct {
	configuring

	unnamed error              // why this helper is not put in; nil: it is
	now     *dockerconfig.File // the file as it is in the end; nil: not yet, or it could not be mended
}

func (m *fileMender) mend(ctx context.Context) error { return m.run(ctx) }
func (m *fileMender) where() string                  { return m.file.Path }

// ownMender returns what mends the file that a user's Docker reads, which is made where there is none; nil where
// nothing of it is to be mended. For who asks it names this helper for all that is mended in any of the files: podman
// comes to it in the end.
func (d *doctoring) ownMender(r doctor.Report, u doctor.User, rulings *rulings) *fileMender {
	place, path := dockerPlace(u), ""
	if place.File != nil {
		path = place.Path
	} else if !u.Mine || u.Second() {
		return nil
	}
	hosts := d.mendable(r, u, path)
	if u.Mine {
		for _, f := range u.Files {
			hosts = append(hosts, d.mendable(r, u, f.Path)...)
		}
		hosts = unique(hosts)
	}
	if len(hosts) == 0 {
		return nil
	}
	m := d.fileMender(u, place, hosts, rulings, nil)
	if u.Mine && slices.ContainsFunc(r.Rows, func(row doctor.Row) bool { return row.User == u.Name && byItself(row) }) {
		m.unnamed, m.leave = errByItself, true
	}
	for _, f := range u.Files {
		if !u.Mine || f.Format != doctor.AuthFile && f.Format != doctor.BareFile {
			continue
		}
		for _, h := range hosts {
			m.o.hosts = append(m.o.hosts, spellings(f, h)...)
		}
		// crane reads podman's file as long as Docker's is not there (go-containerregistry pkg/authn/keychain.go).
		if u.Places.Docker == nil && u.Places.HomeDocker == nil && f.Format == doctor.AuthFile {
			before := m.instead
			m.instead = func(h credentials.Host) []dockerconfig.Entry {
				var entries []dockerconfig.Entry
				if before != nil {
					entries = before(h)
				}
				return append(entries, parsed(f).Entries(h)...)
			}
		}
	}
	return m
}

// fileMender returns what mends a place for some registries. This helper is put in where a client asks the helpers that
// the file names, and can run it; elsewhere plaintext goes, and that is all. own mends the file of the user's Docker.
func (d *doctoring) fileMender(
	u doctor.User, f *doctor.Place, hosts []credentials.Host, rulings *rulings, own *fileMender,
) *fileMender {
	m := &fileMender{unnamed: d.unnamed(u, f), configuring: configuring{
		voice: voice{w: d.w, quiet: d.quiet}, helper: d.helper, job: d.helper.Job,
		bare: f.Format == doctor.BareFile, marks: d.pullsWith(u, f), told: true,
	}}
	m.leave = m.unnamed != nil
	m.o.force, m.o.dryRun = d.o.force, rulings.dry()
	for _, h := range hosts {
		m.o.hosts = append(m.o.hosts, h.String())
	}
	if f.File != nil {
		m.file.Path = f.Path
	} else {
		m.file.Path, _ = dockerconfig.Path(d.w.getenv) // the home is known: its files were looked at
	}
	m.file.Strict = !u.Mine || m.file.InAnothers()
	m.rulings = rulings.in(func(h credentials.Host) error { return d.whose(u, m.stays(f, h, own)) })
	m.finished = func(now *dockerconfig.File, outcomes []configure.Outcome) {
		m.now = now
		d.leave(m, outcomes)
	}
	return m
}

// Why this helper is not put into a file, and so why a good credential stays there: its client would not find it in the
// vault.
var (
	errNotOnPath = errors.New("it is good, and this helper is not on the PATH, where clients would look for it")
	errOldRunner = errors.New("it is good, and gitlab-runner, which is older than 18.3 or of unknown version, would " +
		"find nothing in its place")
	errNotAsked = errors.New("it is good, and Docker's file, where its client looks next, does not name this helper")
	errByItself = errors.New("it is good, and Docker's logins are in a helper that it has found by itself, which it " +
		"looks for as long as its file names none")
	errSnap        = errors.New("it is good, and the docker of the snap can run no helper of this machine")
	errGivenToJobs = errors.New("it is good, and gitlab-runner gives it to jobs, which do not see this machine's vault")
	errInJob       = errors.New("it is good, and a job keeps nothing")
)

// unnamed returns why this helper is not put into a file; nil where it is.
func (d *doctoring) unnamed(u doctor.User, f *doctor.Place) error {
	named := u.Places.Named && f.File == u.Places.AuthFile // podman reads this one and no other
	v := d.machine.Runner.Version
	switch {
	case f.Format == doctor.SnapFile:
		return errSnap
	case f.Format != doctor.DockerFile && !named:
		return errNotAsked
	case d.machine.Program.OnPath == "", !u.Mine && d.machine.Program.InSystem == "":
		return errNotOnPath
	case d.pullsWith(u, f) && (v == nil || !v.GoesOn()):
		return errOldRunner // a helper that has nothing makes it pull anonymously
	}
	return nil
}

// pullsWith reports whether gitlab-runner itself pulls with the file.
func (d *doctoring) pullsWith(u doctor.User, f *doctor.Place) bool {
	return u.Pulls && d.machine.Runner.Found && f.File == u.Places.HomeDocker
}

// byItself reports whether Docker has something that may be good from the helper of this platform, which it looks for
// as long as its file says nothing of credentials.
func byItself(r doctor.Row) bool {
	return r.Client == clients.Docker && r.Source == clients.FromHelper && r.Key == "" &&
		(r.State == doctor.Valid || r.State == doctor.Unchecked)
}

// stays returns why a good credential for h has to stay in the place; nil where its client comes to this helper, by the
// file itself or by Docker's own.
func (m *fileMender) stays(f *doctor.Place, h credentials.Host, own *fileMender) error {
	switch {
	case errors.Is(m.unnamed, errOldRunner) && namesUs(parsed(f), h, nil):
		return nil
	case !errors.Is(m.unnamed, errNotAsked) || own == nil:
		return m.unnamed
	case errors.Is(own.unnamed, errNotOnPath):
		return errNotOnPath
	case own.now != nil && namesUs(own.now, h, spellings(f, h)):
		return nil
	case own.unnamed != nil:
		return own.unnamed
	}
	return errNotAsked
}

// namesUs reports whether clients that read the file ask this helper for a registry, however it is spelt.
func namesUs(f *dockerconfig.File, h credentials.Host, spelt []string) bool {
	return !slices.ContainsFunc(append(spelt, h.String()), func(spelling string) bool {
		return !f.Named(spelling, configure.Helper)
	})
}

// whose returns why a good credential stays in a user's file, of which why says what is so for who asks.
func (d *doctoring) whose(u doctor.User, why error) error {
	switch {
	case !u.Mine:
		return errTheirs
	case d.helper.Job.Running():
		return errInJob
	}
	return why
}

// dockerPlace is where a user's Docker has its file, which is yet to be made where there is none.
func dockerPlace(u doctor.User) *doctor.Place {
	for _, f := range u.Files {
		if f.File == u.Places.Docker {
			return f
		}
	}
	return &doctor.Place{Format: doctor.DockerFile}
}

// parsed is a place as it was found, and an empty file where it cannot be understood.
func parsed(f *doctor.Place) *dockerconfig.File {
	parse := dockerconfig.Parse
	if f.Format == doctor.BareFile {
		parse = dockerconfig.ParseBare
	}
	if f.File != nil {
		if file, err := parse(f.Text); err == nil {
			return file
		}
	}
	file, _ := dockerconfig.Parse(nil)
	return file
}

// spellings returns how a file spells a registry.
func spellings(f *doctor.Place, h credentials.Host) []string {
	return slices.DeleteFunc(parsed(f).Authorities(h), func(spelt string) bool {
		_, err := parseRegistry(spelt)
		return err != nil
	})
}

func unique(hosts []credentials.Host) []credentials.Host {
	var once []credentials.Host
	for _, h := range hosts {
		if !slices.Contains(once, h) {
			once = append(once, h)
		}
	}
	return once
}
