package clients

import "testing"

// What each client makes of a helper, with an entry of the registry's beside it. "" in want is for all that are not
// named.
func TestHelpers(t *testing.T) {
	const beside = `{"auths": {"R": AUTH(stale)}, "credHelpers": {"R": "`
	for _, c := range []struct {
		name, text string
		want       map[Client]string
	}{
		{"good", beside + `good"}}`, map[Client]string{
			"": "helper good helped > file R stale",
		}},
		{"an identity token", beside + `token"}}`, map[Client]string{
			"": "helper token token > file R stale",
		}},
		{"it has nothing", beside + `nothing"}}`, map[Client]string{
			"":     "none", // and what stands beside it is not looked at
			Runner: "none", OldRunner: "empty nothing not-found > file R stale",
		}},
		{"nothing in many words", beside + `blank"}}`, map[Client]string{
			"": "empty blank > file R stale", Crane: "none", Podman: "none",
		}},
		{"it fails", beside + `failing"}}`, map[Client]string{
			"":     "stops at helper failing failed > file R stale",
			Docker: "file R stale after helper failing failed",
			Runner: "none after helper failing failed", OldRunner: "none after helper failing failed",
		}},
		{"it is missing", beside + `absent"}}`, map[Client]string{
			"":     "stops at helper absent missing > file R stale",
			Docker: "file R stale after helper absent missing",
			Runner: "none after helper absent missing", OldRunner: "none after helper absent missing",
		}},
		{"it has no name", beside + `"}}`, map[Client]string{
			"":     "file R stale", // plaintext, whatever credsStore says
			Podman: "stops at helper R missing > file R stale",
			Runner: "stops at helper R failed > file R stale", OldRunner: "stops at helper R failed > file R stale",
		}},
		{"of another spelling", `{"auths": {"R": AUTH(stale)}, "credHelpers": {"https://R": "good"}}`, map[Client]string{
			"":     "file R stale",
			Runner: "file R stale", OldRunner: "any of helper good not-found, file R stale",
		}},
		{"for all", `{"auths": {"R": AUTH(stale)}, "credsStore": "good"}`, map[Client]string{
			"":     "helper good helped > file R stale",
			Podman: "file R stale",
		}},
		{"for all but this", beside + `"}, "credsStore": "good"}`, map[Client]string{
			"":        "file R stale",
			Oras:      "helper good helped > file R stale",
			Podman:    "stops at helper R missing > file R stale",
			Runner:    "stops at helper R failed > helper good helped > file R stale",
			OldRunner: "stops at helper R failed > helper good helped > file R stale",
		}},
	} {
		for _, client := range All() {
			want, ok := c.want[client]
			if !ok {
				want = c.want[""]
			}
			if got := predict(t, client, withDocker(c.text), "R/group/app:1"); got != want {
				t.Errorf("%s: %s: %s, want %s", c.name, client, got, want)
			}
		}
	}
}

// unknownHelpers are another user's: nobody asks them.
type unknownHelpers struct{}

func (unknownHelpers) Get(string, string) HelperAnswer { return HelperAnswer{Outcome: Unknown} }

func (unknownHelpers) List(string) ([]string, HelperAnswer) {
	return nil, HelperAnswer{Outcome: Unknown}
}

// TestUnknownHelpers: a helper that is not asked wins where it would be asked, whatever it would say.
func TestUnknownHelpers(t *testing.T) {
	for _, text := range []string{
		`{"auths": {"R": AUTH(stale)}, "credHelpers": {"R": "good"}}`,
		`{"auths": {"R": AUTH(stale)}, "credsStore": "good"}`,
	} {
		for _, client := range All() {
			p := withDocker(text)
			p.Helpers = unknownHelpers{}
			want := "helper good unknown > file R stale"
			if client == Podman && p.Docker.docker().store != "" {
				want = "file R stale"
			}
			if got := predict(t, client, p, "R/group/app:1"); got != want {
				t.Errorf("%s: %s of %s, want %s", client, got, text, want)
			}
		}
	}
}

// TestUnknownRival: what is not known may be another credential than the one that is.
func TestUnknownRival(t *testing.T) {
	p := withDocker(`{"auths": {"https://R": {}}, "credHelpers": {"R": "good"}}`)
	p.Helpers = unknownHelpers{}
	const want = "any of file https://R, helper good unknown"
	if got := predict(t, OldRunner, p, "R/group/app:1"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestRegistryTokenBesideHelper: Docker hands out the registry token of the file's entry with what the helper says.
func TestRegistryTokenBesideHelper(t *testing.T) {
	for helper, want := range map[string]string{
		"good":    "helper good token helped > file R token",
		"nothing": "file R token",
	} {
		text := `{"auths": {"R": {"registrytoken": "t"}}, "credHelpers": {"R": "` + helper + `"}}`
		if got := predict(t, Docker, withDocker(text), "R/group/app:1"); got != want {
			t.Errorf("%s: %s, want %s", helper, got, want)
		}
	}
}
