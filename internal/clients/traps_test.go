package clients

import "testing"

// What each client makes of one and the same config.json. "" in want is for all that are not named.
var traps = []struct {
	name, text, image string
	want              map[Client]string
}{
	{
		"an entry", `{"auths": {"R": AUTH(me)}}`, "R/group/app:1",
		map[Client]string{"": "file R me"},
	},
	{
		"an alias of the registry", `{"auths": {"https://R/v2/": AUTH(me)}}`, "R/group/app:1",
		map[Client]string{"": "file https://R/v2/ me"},
	},
	{
		"an entry and an alias", `{"auths": {"R": AUTH(me), "https://R": AUTH(old)}}`, "R/group/app:1",
		map[Client]string{
			"":        "file R me > file https://R old",
			Runner:    "file https://R old > file R me", // by their order
			OldRunner: "any of file https://R old, file R me",
		},
	},
	{
		"two aliases", `{"auths": {"https://R": AUTH(me), "http://R/": AUTH(old)}}`, "R/group/app:1",
		map[Client]string{
			"":     "any of file http://R/ old, file https://R me",
			Runner: "file http://R/ old > file https://R me",
		},
	},
	{
		"two aliases with the same", `{"auths": {"https://R": AUTH(me), "http://R/": AUTH(me)}}`, "R/group/app:1",
		map[Client]string{"": "file http://R/ me > file https://R me"},
	},
	{
		"two aliases of one user", `{"auths": {"https://R": {"username": "me", "password": "a"}, "http://R": AUTH(me)}}`, "R/a",
		map[Client]string{
			"":     "any of file http://R me, file https://R me",
			Podman: "any of file http://R me, none", // it knows of "auth" alone
			Runner: "file http://R me > file https://R me",
		},
	},
	{
		"two aliases with tokens", `{"auths": {"https://R": {"identitytoken": "a"}, "http://R": {"identitytoken": "b"}}}`, "R/a",
		map[Client]string{
			"":     "any of file http://R token, file https://R token",
			Podman: "none",
			Runner: "file http://R token > file https://R token",
		},
	},
	{
		"a key with a path", `{"auths": {"R/group": AUTH(group)}, "credHelpers": {"R": "good"}}`, "R/group/app:1",
		map[Client]string{
			"":        "helper good helped > file R/group group", // the key means the registry, where nothing else does
			Podman:    "helper good helped > file R/group group",
			Runner:    "file R/group group > helper good helped",
			OldRunner: "file R/group group > helper good helped",
		},
	},
	{
		"a key with the whole path", `{"auths": {"R/group/app": AUTH(app)}, "credHelpers": {"R": "good"}}`, "R/group/app:1",
		map[Client]string{
			"":        "helper good helped > file R/group/app app",
			Crane:     "file R/group/app app > helper good helped", // it asks for the path first
			Runner:    "file R/group/app app > helper good helped",
			OldRunner: "file R/group/app app > helper good helped",
		},
	},
	{
		"an empty mark of a helper", `{"auths": {"R": {}, "https://R": AUTH(old)}}`, "R/group/app:1",
		map[Client]string{
			"":        "empty R > file https://R old",
			Crane:     "none",
			Podman:    "none",
			Runner:    "file https://R old > empty R",
			OldRunner: "any of file https://R old, file R",
		},
	},
	{
		"not what Docker writes", `{"auths": {"R": {"auth": "?"}}}`, "R/group/app:1",
		map[Client]string{
			Docker: "empty R", BuildKit: "empty R", Crane: "stops at file failed", Oras: "stops at file R failed",
			Podman: "stops at file R failed", Runner: "none after file failed", OldRunner: "none after file failed",
		},
	},
	{
		"nobody's", `{"auths": {"R": AUTH()}}`, "R/group/app:1",
		map[Client]string{
			Docker: "empty R", BuildKit: "empty R", Crane: "stops at file failed", Oras: "file R", Podman: "file R",
			Runner: "none after file failed", OldRunner: "none after file failed",
		},
	},
	{
		"another one is not what Docker writes", `{"auths": {"R": AUTH(me), "x": {"auth": "?"}}}`, "R/group/app:1",
		map[Client]string{
			Docker: "any of file R me, file R", BuildKit: "any of file R me, file R", Crane: "stops at file failed",
			Oras: "file R me", Podman: "file R me", Runner: "none after file failed", OldRunner: "none after file failed",
		},
	},
	{
		"a member of another type", `{"auths": {"R": AUTH(me)}, "HttpHeaders": 5}`, "R/group/app:1",
		map[Client]string{
			Docker: "empty R", BuildKit: "empty R", Crane: "stops at file failed", // nothing in it is decoded then
			Oras: "file R me", Podman: "file R me", Runner: "none after file failed", OldRunner: "none after file failed",
		},
	},
	{
		"more behind the end", `{"auths": {"R": AUTH(me)}} and more`, "R/group/app:1",
		map[Client]string{"": "file R me", Podman: "stops at file failed"},
	},
	{
		"members by other names", `{"AUTHS": {"R": AUTH(me)}}`, "R/group/app:1",
		map[Client]string{"": "file R me", Oras: "none"},
	},
	{
		"Docker Hub", `{"auths": {"https://index.docker.io/v1/": AUTH(me)}}`, "alpine:3",
		map[Client]string{"": "file https://index.docker.io/v1/ me"},
	},
	{
		"Docker Hub as it is never asked for", `{"auths": {"docker.io": AUTH(me)}}`, "docker.io/library/alpine",
		map[Client]string{
			"": "none", Podman: "file docker.io me", Runner: "file docker.io me", OldRunner: "file docker.io me",
		},
	},
	{
		"a port more", `{"auths": {"R:443": AUTH(me)}}`, "R/group/app:1",
		map[Client]string{"": "none"},
	},
	{
		"an identity token", `{"auths": {"R": {"identitytoken": "t"}}}`, "R",
		map[Client]string{
			"": "file R token", Podman: "none", Runner: "file R token", OldRunner: "file R token",
		},
	},
}

func TestTraps(t *testing.T) {
	for _, c := range traps {
		for _, client := range All() {
			want, ok := c.want[client]
			if !ok {
				want = c.want[""]
			}
			if got := predict(t, client, withDocker(c.text), c.image); got != want {
				t.Errorf("%s: %s: %s, want %s", c.name, client, got, want)
			}
		}
	}
}
