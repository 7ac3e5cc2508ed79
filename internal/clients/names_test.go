package clients

import "testing"

// TestDockerHub: each client looks for Docker Hub under names of its own.
func TestDockerHub(t *testing.T) {
	keys := []string{"https://index.docker.io/v1/", "docker.io", "index.docker.io", "registry-1.docker.io"}
	for image, want := range map[string]map[Client][]bool{
		"alpine": {
			"": {true, false, false, false}, Podman: {true, true, true, true}, Runner: {true, true, false, false},
		},
		"docker.io/library/alpine": {
			"": {true, false, false, false}, Podman: {true, true, true, true}, Runner: {true, true, false, false},
		},
		"index.docker.io/alpine": {
			"": {true, false, false, false}, Podman: {true, true, true, true}, Runner: {true, true, false, false},
			Oras: {true, false, true, false},
		},
		"registry-1.docker.io/library/alpine": {
			"": {false, false, false, true}, Podman: {true, true, true, true}, BuildKit: {true, false, false, false},
			Oras: {true, false, false, false},
		},
	} {
		for _, client := range All() {
			expected, ok := want[client]
			if client == OldRunner {
				expected, ok = want[Runner]
			}
			if !ok {
				expected = want[""]
			}
			for i, key := range keys {
				got := predict(t, client, withDocker(`{"auths": {"`+key+`": AUTH(me)}}`), image) != "none"
				if got != expected[i] {
					t.Errorf("%s takes %s for %s: %t", client, key, image, got)
				}
			}
		}
	}
}

func TestDockerHostname(t *testing.T) {
	for key, want := range map[string]string{
		"registry.example.com":               "registry.example.com",
		"registry.example.com/":              "registry.example.com",
		"registry.example.com:5050/group":    "registry.example.com:5050",
		"https://registry.example.com":       "registry.example.com",
		"https://registry.example.com:443/":  "registry.example.com:443",
		"HTTPS://Registry.example.com/v1/":   "Registry.example.com",
		"ftp://registry.example.com":         "registry.example.com",
		"https://me:pw@registry.example.com": "registry.example.com",
		"https://registry.example.com?a":     "registry.example.com",
		"https://[::1]:5000/v2/":             "[::1]:5000",
		"https://::1:5000/v2/":               "[::1]:5000",
		"https://::1/v2/":                    "[:]:1", // as Docker has it
		"::1:5000":                           "::1:5000",
		"https://bad%zz.example.com/a":       "bad%zz.example.com",
		"https:///a":                         "https:",
		"://a":                               "a",
		"":                                   "",
	} {
		if got := dockerHostname(key); got != want {
			t.Errorf("%q: %q, want %q", key, got, want)
		}
	}
}

// TestPaddedPassword: Docker pads what it encodes with NUL bytes, and all but oras take them off again.
func TestPaddedPassword(t *testing.T) {
	image, err := ParseImage(registry)
	if err != nil {
		t.Fatal(err)
	}
	for _, client := range All() {
		want := "secret of me\x00"
		got := Predict(client, withDocker("{\"auths\": {\"R\": AUTH(me\x00)}}"), image)
		if client != Oras {
			want = "secret of me"
		}
		if got.Secret.Reveal() != want {
			t.Errorf("%s: %q, want %q", client, got.Secret.Reveal(), want)
		}
	}
}
