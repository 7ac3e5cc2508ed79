package clients

import (
	"errors"
	"maps"
	"path/filepath"
	"slices"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// runner is the gitlab-runner of 18.3 and later, where it pulls the images of a job
// (runner:helpers/docker/auth/auth.go).
//
// DOCKER_AUTH_CONFIG, the file and the job's payload make one list of registry paths, of which the first of each path
// counts, and the longest that the image is under is taken. In a source, entries come in the order of their keys.
func runner(q question) Answer {
	names := runnerNames(q.image)
	found, failed := q.runnerSources(names)
	for _, name := range names {
		for _, source := range found {
			for _, c := range source {
				// What a helper does not have has no address, and so no path.
				if c.Outcome != NotFound && runnerPath(c.Key) == name {
					return withFailed(one([]Credential{c.Credential}), failed)
				}
			}
		}
	}
	return withFailed(Answer{Credential: Credential{Source: None}}, failed)
}

// oldRunner is the gitlab-runner before 18.3: the same sources make a map, so that of two spellings of one path in one
// source either may win, and what a helper does not have is an empty credential (runner v18.2.0, same file).
func oldRunner(q question) Answer {
	names := runnerNames(q.image)
	found, failed := q.runnerSources(names)
	for _, name := range names {
		for _, source := range found {
			var all []Credential
			for _, c := range source {
				if runnerPath(c.Key) == name {
					all = append(all, c.Credential)
				}
			}
			if len(all) > 0 {
				return withFailed(one(all), failed)
			}
		}
	}
	return withFailed(Answer{Credential: Credential{Source: None}}, failed)
}

func withFailed(a Answer, failed *Credential) Answer {
	a.Failed = failed
	if a.Source == None && failed != nil && failed.Text == traversal {
		return stopped(*failed)
	}
	return a
}

// addressed is a credential and the address that it is for, which is its key, or what a credsStore has listed.
type addressed struct {
	Credential

	Key string
}

// runnerSources returns what each source has for one of the names, in the order of the keys, and what has failed. A
// source that fails brings nothing at all.
func (q question) runnerSources(names []string) (sources [][]addressed, failed *Credential) {
	home := q.places.HomeDocker
	if home == nil || home.Err != nil && !errors.Is(home.Err, ErrDirectory) { // which can be opened
		home = q.places.DockerCfg
	}
	for _, f := range []*File{q.places.AuthConfig, home} {
		found, err := q.runnerFile(f, names)
		if err != nil {
			failed = err
			if err.Text == traversal {
				return nil, failed
			}
		}
		sources = append(sources, found)
	}
	var payload []addressed
	for _, address := range q.places.Payload {
		payload = append(payload, addressed{
			Credential: Credential{Source: FromJob, Username: credentials.JobUsername}, Key: address,
		})
	}
	return append(sources, payload), failed
}

// traversal is why a helper is not run, and nothing goes on.
const traversal = "a helper's name has a slash in it, and gitlab-runner runs none by its path"

// runnerFile returns what one file has: auths, over them all that the credsStore lists, over these each of credHelpers.
func (q question) runnerFile(f *File, names []string) ([]addressed, *Credential) {
	if f == nil {
		return nil, nil
	}
	v := q.dockerView(f)
	if v.err != nil {
		return nil, &Credential{Source: FromFile, Path: v.path, Outcome: Failed, Text: v.err.Error()}
	}
	found := make(map[string]Credential)
	for key := range v.auths {
		if !slices.Contains(names, runnerPath(key)) {
			continue
		}
		if c, ok := v.entryAt(key); ok {
			if f == q.places.AuthConfig {
				c.Source = FromEnv
			}
			found[key] = c
		}
	}
	if store, ok := v.storeFor(); ok {
		if err := v.askStore(store, found); err != nil {
			return nil, err
		}
	}
	for _, key := range slices.Sorted(maps.Keys(v.helpers)) {
		helper, ok := v.helperAt(key)
		if !ok {
			continue
		}
		if helper.Helper != filepath.Base(helper.Helper) {
			helper.Outcome, helper.Text = Failed, traversal
			return nil, &helper
		}
		if helper = v.asked(helper, key); helper.Outcome == Failed || helper.Outcome == Missing {
			return nil, &helper
		}
		found[key] = helper
	}
	var sorted []addressed
	for _, key := range slices.Sorted(maps.Keys(found)) {
		sorted = append(sorted, addressed{found[key], key})
	}
	return sorted, nil
}

// askStore adds what the credsStore has. A list that cannot be had, or one entry of it, fails the file.
func (v view) askStore(store Credential, found map[string]Credential) *Credential {
	if store.Helper != filepath.Base(store.Helper) {
		store.Outcome, store.Text = Failed, traversal
		return &store
	}
	addresses, outcome := v.places.Helpers.List(store.Helper)
	if outcome.bad() {
		store = store.with(outcome)
		return &store
	}
	if outcome.Outcome == Unknown {
		addresses = []string{v.image.Host} // it may have that one
	}
	for _, address := range addresses {
		c := v.asked(store, address)
		if c.Outcome == Failed || c.Outcome == Missing {
			return &c
		}
		if _, ok := v.auths[address]; ok && c.Outcome == NotFound {
			c.Outcome = Found // the entry has lent it its address
		}
		found[address] = c
	}
	return nil
}
