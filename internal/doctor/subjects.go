package doctor

import (
	"slices"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
)

// helperName is what "credHelpers" calls this program.
const helperName = "gitlabjob"

// Subjects are the registries that a look at the machine is about, and how images name them.
type Subjects struct {
	asked  *clients.Image // nil: whatever matters
	host   credentials.Host
	common []subject // for everybody who asks, and for gitlab-runner
}

// subject is one registry under one spelling.
type subject struct {
	host  credentials.Host
	image clients.Image
}

// SubjectsFor are the image that somebody asks about, or without one: the job's hosts, those of kept tokens, those that
// a file of the asking user, or gitlab-runner's, has a GitLab's token or this helper for.
func SubjectsFor(m Machine, image *clients.Image) (Subjects, error) {
	if image != nil {
		host, err := credentials.ParseHost(image.Host)
		return Subjects{asked: image, host: host, common: []subject{{host, *image}}}, err
	}
	var s Subjects
	for _, own := range m.Job.Hosts {
		s.common = with(s.common, own.Host, own.Spelt)
	}
	for _, k := range m.Kept {
		s.common = with(s.common, k.Host, k.Host.String())
	}
	for _, u := range m.Users {
		if u.Mine {
			s.common = withAll(s.common, named(u.Files))
		}
	}
	s.common = withAll(s.common, named(m.Runner.Files))
	return s, nil
}

// Of returns the subjects for one user: with those that the user's own files name. With the files of one user
// gitlab-runner pulls all that matters to it.
func (s Subjects) Of(u User) []subject {
	if s.asked != nil || u.Mine || u.Pulls {
		return s.withPaths(s.common, u.Files)
	}
	return s.withPaths(named(u.Files), u.Files)
}

// covers reports whether it is about that registry at all, for that user.
func covers(of []subject, h credentials.Host) bool {
	return slices.ContainsFunc(of, func(s subject) bool { return s.host == h })
}

// maxPaths bounds how many groups and projects with a key of their own are looked at for one user.
const maxPaths = 16

// withPaths adds the groups and projects that have a key of their own: for images under it another credential may win.
func (s Subjects) withPaths(of []subject, files []*Place) []subject {
	if s.asked != nil && s.asked.Path != "" {
		return of
	}
	all, paths := slices.Clone(of), 0
	for _, f := range files {
		for _, c := range f.entries() {
			if !strings.Contains(c.Key, "/") || !covers(of, c.host) || paths == maxPaths {
				continue
			}
			image, err := clients.ParseImage(c.Key)
			if err != nil || wholeRegistry(image.Path) {
				continue
			}
			image.Raw = dockerconfig.Shown(image.Raw)
			add := subject{c.host, image}
			if !slices.ContainsFunc(all, func(s subject) bool { return s.image.Name() == image.Name() }) {
				all = append(all, add)
				paths++
			}
		}
	}
	return all
}

// maxRegistries bounds how many registries are looked at because one user's files name them. Nobody has as many, and
// whoever lays a file for root to look at shall not cost more than others.
const maxRegistries = 100

// named returns the registries that the places have a GitLab's token or this helper for, maxRegistries of them.
func named(files []*Place) []subject {
	var found []subject
	for _, f := range files {
		for _, c := range f.entries() {
			if len(found) == maxRegistries {
				return found
			}
			if credentials.OfGitLab(c.Username, c.Secret) {
				found = with(found, c.host, dockerconfig.Authority(c.Key))
			}
		}
		for _, c := range f.helpers() {
			if len(found) == maxRegistries {
				return found
			}
			if host, ok := registryOf(c.Key); ok && c.Helper == helperName && c.Member == credHelpersMember {
				found = with(found, host, dockerconfig.Authority(c.Key))
			}
		}
	}
	return found
}

const credHelpersMember = "credHelpers"

// with adds a registry, unless it is there. Of two spellings the first counts, and the canonical one is as good.
func with(all []subject, h credentials.Host, spelt string) []subject {
	image, err := clients.ParseImage(spelt + "/")
	if err != nil || covers(all, h) {
		return all
	}
	image.Raw = image.Host
	return append(all, subject{h, image})
}

func withAll(all, more []subject) []subject {
	for _, s := range more {
		all = with(all, s.host, s.image.Host)
	}
	return all
}
