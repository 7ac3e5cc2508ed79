// Package configure decides what has to change in a Docker config file so that this helper answers for a registry, and
// nothing else does. It is pure: it edits a parsed file, by rulings on its plaintext that were made before.
package configure

import (
	"slices"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
)

// Helper is what "credHelpers" calls docker-credential-gitlabjob.
const Helper = "gitlabjob"

// Wish is what shall be so for one registry.
type Wish struct {
	Host credentials.Host
	// Spellings are how images name the host, besides its canonical spelling: Docker asks a helper for exactly that.
	Spellings []string
	// Force takes over from another helper, and takes out plaintext whatever was ruled.
	Force bool
	// Hold lets Docker ask as before, because a login is there that could not be moved.
	Hold bool
	// Runner is for a file that gitlab-runner itself reads: there the empty marks that `docker login` leaves behind count
	// as empty credentials, so they go as well.
	Runner bool
	// Leave is for a file in which nobody needs this helper: plaintext goes, helpers stay as they are.
	Leave bool
	// Without takes this helper's entry out, for a gitlab-runner that cannot do with it.
	Without bool
}

// Outcome is what was done for one registry, and what was not.
type Outcome struct {
	Host    credentials.Host
	Set     []string            // spellings for which Docker asks this helper from now on
	Unset   []string            // spellings for which it does not any more
	Gone    []Plaintext         // plaintext that was taken out
	Stays   []Plaintext         // plaintext that was not
	Other   dockerconfig.Helper // a helper of somebody else's, because of which nothing was done; Name is "" without one
	Markers bool                // empty marks were taken out
	Held    bool                // Docker is not told to ask this helper, and asks as before
}

// Plaintext is an entry and what was ruled of it.
type Plaintext struct {
	Entry  dockerconfig.Entry
	Ruling credentials.Ruling
}

// Apply edits f as w wants it. rule is asked about every entry of the host that is not an empty mark.
func Apply(f *dockerconfig.File, w Wish, rule func(dockerconfig.Entry) credentials.Ruling) Outcome {
	out := Outcome{Host: w.Host}
	var others []string
	for _, h := range f.Helpers(w.Host) {
		if h.Name != Helper && h.Name != "" && !w.Force && !w.Leave {
			out.Other = h
			return out
		}
		if h.Name != Helper {
			others = append(others, h.Key)
		}
	}
	spellings := Spellings(f, w)
	out.Markers = f.RemoveEntries(w.Host, func(e dockerconfig.Entry) bool {
		p := Plaintext{Entry: e, Ruling: rule(e)}
		if p.Ruling.Fate == credentials.Stays && !w.Force {
			out.Stays = append(out.Stays, p)
			return false
		}
		out.Gone = append(out.Gone, p)
		return true
	}, w.Runner)
	switch {
	case w.Leave:
	case w.Without:
		out.Unset = Remove(f, w.Host)
	case w.Hold:
		out.Held = !f.Named(w.Host.String(), Helper)
	default:
		for _, spelling := range append(spellings, others...) {
			if !f.Named(spelling, Helper) {
				f.SetHelper(spelling, Helper)
				out.Set = append(out.Set, spelling)
			}
		}
	}
	return out
}

// Remove takes out of "credHelpers" what names this helper for one of the hosts, or for any if there are none, and
// returns the spellings.
func Remove(f *dockerconfig.File, hosts ...credentials.Host) []string {
	var gone []string
	f.RemoveHelpers(func(h dockerconfig.Helper) bool {
		host, ok := dockerconfig.HostOf(h.Key)
		if h.Name != Helper || len(hosts) > 0 && (!ok || !slices.Contains(hosts, host)) {
			return false
		}
		gone = append(gone, h.Key)
		return true
	})
	return gone
}

// Spellings returns how images name the host: as it is canonical, as w says, and as somebody has once logged in to it,
// since Docker keeps a login under the very spelling that images have.
func Spellings(f *dockerconfig.File, w Wish) []string {
	spellings := append([]string{w.Host.String()}, w.Spellings...)
	spellings = append(spellings, f.Authorities(w.Host)...)
	seen := make(map[string]bool)
	return slices.DeleteFunc(spellings, func(s string) bool {
		again := seen[s]
		seen[s] = true
		return again
	})
}

// BothPorts returns how Docker spells a host that GitLab writes with its port even when that is 443: image names in a
// job are made of either.
func BothPorts(h credentials.Host) []string {
	name := h.String()
	if strings.LastIndexByte(name, ':') > strings.LastIndexByte(name, ']') {
		return []string{name}
	}
	return []string{name, name + ":443"}
}
