package clients

import (
	"errors"
	"testing"
)

// TestPodmanPlaces: podman goes from one file to the next until there is something.
func TestPodmanPlaces(t *testing.T) {
	runtime := fileOf("runtime", `{"auths": {"R": AUTH(runtime)}}`)
	config := fileOf("config", `{"auths": {"R": AUTH(config)}}`)
	docker := fileOf("docker", `{"auths": {"R": AUTH(docker)}}`)
	legacy := fileOf("legacy", `{"https://R/v1/": AUTH(legacy)}`)
	directory := &File{Path: "f", Err: ErrDirectory}
	for _, c := range []struct {
		name string
		Places
		want string
	}{
		{"nothing", Places{}, "none"},
		{
			"everything", Places{RuntimeAuth: runtime, ConfigAuth: config, Docker: docker, DockerCfg: legacy},
			"file R in runtime runtime > file R in config config > file R in docker docker" +
				" > file https://R/v1/ in legacy legacy",
		},
		{"named", Places{Named: true, AuthFile: docker, RuntimeAuth: runtime}, "file R in docker docker"},
		{"named, and not there", Places{Named: true, RuntimeAuth: runtime}, "none"},
		{
			"a mark", Places{RuntimeAuth: fileOf("mark", `{"auths": {"R": {}}}`), ConfigAuth: config},
			"file R in config config",
		},
		{
			"a helper that has nothing",
			Places{RuntimeAuth: fileOf("h", `{"credHelpers": {"R": "nothing"}}`), ConfigAuth: config},
			"file R in config config",
		},
		{
			"a helper that fails", Places{RuntimeAuth: fileOf("h", `{"credHelpers": {"R": "failing"}}`), ConfigAuth: config},
			"stops at helper in h failing failed > file R in config config",
		},
		{
			"chance decides whether to go on",
			Places{RuntimeAuth: fileOf("two", `{"auths": {"http://R": {}, "https://R": AUTH(two)}}`), ConfigAuth: config},
			"any of file https://R in two two, file R in config config",
		},
		{"empty", Places{RuntimeAuth: &File{Path: "f"}, ConfigAuth: config}, "stops at file in f failed"},
		{"a directory", Places{RuntimeAuth: directory, ConfigAuth: config}, "stops at file in f failed"},
		{"the same file named", Places{Named: true, AuthFile: legacy, DockerCfg: legacy}, "none"},
	} {
		c.Helpers = theHelpers
		if got := predict(t, Podman, c.Places, "R/group/app:1"); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestCranePlaces: crane takes the first file that is there, and no other.
func TestCranePlaces(t *testing.T) {
	home := fileOf("home", `{"auths": {"R": AUTH(home)}}`)
	other := fileOf("other", `{"auths": {"R": AUTH(other)}}`)
	auth := fileOf("auth", `{"auths": {"R": AUTH(auth)}}`)
	directory, unreadable := &File{Path: "f", Err: ErrDirectory}, &File{Path: "f", Err: errors.New("no")}
	for _, c := range []struct {
		name string
		Places
		want string
	}{
		{"Docker's", Places{HomeDocker: home, Docker: home, ConfigAuth: auth}, "file R in home home"},
		{"DOCKER_CONFIG", Places{HomeDocker: home, Docker: other}, "file R in other other"},
		{"DOCKER_CONFIG without a file, and a file at home", Places{HomeDocker: home, ConfigAuth: auth}, "none"},
		{"REGISTRY_AUTH_FILE", Places{Named: true, AuthFile: auth, ConfigAuth: other}, "file R in auth auth"},
		{"REGISTRY_AUTH_FILE that is not there", Places{Named: true, ConfigAuth: other}, "file R in other other"},
		{"XDG_RUNTIME_DIR", Places{RuntimeAuth: auth, XDGRuntime: true, ConfigAuth: other}, "file R in auth auth"},
		{"/run/containers", Places{RuntimeAuth: auth, ConfigAuth: other}, "file R in other other"},
		{"a directory", Places{HomeDocker: directory, Docker: directory, ConfigAuth: auth}, "file R in auth auth"},
		{"unreadable", Places{HomeDocker: unreadable, Docker: unreadable}, "stops at file in f failed"},
	} {
		c.Helpers = theHelpers
		if got := predict(t, Crane, c.Places, "R/group/app:1"); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestVariable: DOCKER_AUTH_CONFIG wins, for the very registries that it names, and only if nothing else is in it.
func TestVariable(t *testing.T) {
	const file = `{"credHelpers": {"R": "good"}}`
	for _, c := range []struct{ name, text, want string }{
		{"as docker login writes it", `{"auths": {"R": AUTH(me)}}`, "env R in DOCKER_AUTH_CONFIG me > helper good helped"},
		{"an alias", `{"auths": {"https://R": AUTH(me)}}`, "helper good helped"},
		{"a member more", `{"auths": {"R": AUTH(me)}, "credsStore": "x"}`, "helper good helped"},
		{"an entry more that is empty", `{"auths": {"R": AUTH(me), "x": {}}}`, "helper good helped"},
		{"an entry more without a colon", `{"auths": {"R": AUTH(me), "x": {"auth": "eA=="}}}`, "helper good helped"},
		{"an entry more of nobody", `{"auths": {"R": AUTH(me), "x": AUTH()}}`, "helper good helped"},
		{"more behind the end", `{"auths": {"R": AUTH(me)}} {}`, "helper good helped"},
		{"no JSON", `nothing`, "helper good helped"},
	} {
		for _, client := range []Client{Docker, BuildKit, Crane} {
			p := withDocker(file)
			p.AuthConfig = fileOf("DOCKER_AUTH_CONFIG", c.text)
			if got := predict(t, client, p, "R/group/app:1"); got != c.want {
				t.Errorf("%s: %s: %s, want %s", c.name, client, got, c.want)
			}
		}
	}
}

// TestDetectedStore: Docker looks for a helper of its own only where the file says nothing of credentials.
func TestDetectedStore(t *testing.T) {
	for text, want := range map[string]string{
		``:                            "helper good helped",
		`{"psFormat": "x"}`:           "helper good helped",
		`{"auths": {}}`:               "helper good helped",
		`{"auths": {"x": {}}}`:        "none",
		`{"auths": {"R": AUTH(me)}}`:  "file R me > helper good helped", // once that is gone, the file says nothing
		`{"credHelpers": {"x": "y"}}`: "none",
		`{"credsStore": "nothing"}`:   "none",
	} {
		for _, client := range []Client{Docker, BuildKit} {
			p := withDocker(text)
			p.DetectedStore = "good"
			if got := predict(t, client, p, "R/group/app:1"); got != want {
				t.Errorf("%s: %s of %s, want %s", client, got, text, want)
			}
		}
	}
}

// TestRunnerHome: gitlab-runner takes ~/.dockercfg only where the other cannot be opened.
func TestRunnerHome(t *testing.T) {
	legacy := fileOf("legacy", `{"auths": {"R": AUTH(legacy)}}`)
	for _, c := range []struct {
		home *File
		want string
	}{
		{nil, "file R in legacy legacy"},
		{&File{Path: "f", Err: errors.New("permission denied")}, "file R in legacy legacy"},
		{&File{Path: "f", Err: ErrDirectory}, "none after file in f failed"},
		{fileOf("home", `{}`), "none"},
	} {
		p := Places{HomeDocker: c.home, DockerCfg: legacy, Helpers: theHelpers}
		if got := predict(t, Runner, p, "R/group/app:1"); got != c.want {
			t.Errorf("%+v: %s, want %s", c.home, got, c.want)
		}
	}
}
