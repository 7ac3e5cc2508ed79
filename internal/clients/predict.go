package clients

import "slices"

// Client is a program, or a family of them that choose in one way.
type Client string

// The clients.
const (
	Docker    Client = "docker"
	Runner    Client = "gitlab-runner" // from 18.3 on
	OldRunner Client = "gitlab-runner before 18.3"
	Podman    Client = "podman"   // and skopeo, buildah
	Crane     Client = "crane"    // and ko, kaniko
	BuildKit  Client = "buildkit" // docker build, buildx
	Oras      Client = "oras"     // and helm, notation
)

// All are the clients whose rules are known.
func All() []Client { return []Client{Docker, Runner, OldRunner, Podman, Crane, BuildKit, Oras} }

// maxShadows bounds how many hidden credentials are told of. Nobody has more than a few spellings of one registry.
const maxShadows = 16

// Predict returns the credential with which client fetches the image, when p is what it finds. It reads p and asks
// p.Helpers; it changes nothing.
func Predict(client Client, p Places, image Image) Answer {
	q := question{places: p, image: image}
	rule := rules[client]
	answer := rule(q)
	last := answer
	for range maxShadows {
		spots := last.spots()
		if len(spots) == 0 {
			break
		}
		q.without = append(slices.Clip(q.without), spots...)
		last = rule(q)
		answer.Shadows = append(answer.Shadows, last.Rivals...)
		if last.Source != None && last.Source != Unstable {
			answer.Shadows = append(answer.Shadows, last.Credential)
		}
	}
	return answer
}

var rules = map[Client]func(question) Answer{
	Docker: docker, Runner: runner, OldRunner: oldRunner, Podman: podman, Crane: crane, BuildKit: buildKit, Oras: oras,
}

// question is one lookup.
type question struct {
	places  Places
	image   Image
	without []spot // what is left out, to see what is behind it
}

// spot is where a credential, or the name of a helper, stands.
type spot struct{ path, member, key string }

// spots returns where what has won stands. Of an answer that stands nowhere, and so hides nothing, there are none.
func (a Answer) spots() []spot {
	if a.Source == Unstable {
		var spots []spot
		for _, c := range a.Rivals {
			spots = append(spots, c.spot())
		}
		return spots
	}
	if a.Member == "" {
		return nil
	}
	return []spot{a.spot()}
}

func (c Credential) spot() spot { return spot{c.Path, c.Member, c.Key} }

// gone reports whether what stands there is left out.
func (q question) gone(path, member, key string) bool {
	return slices.Contains(q.without, spot{path, member, key})
}
