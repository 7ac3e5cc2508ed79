package clients

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// vector is one case of what gitlab-runner's own resolver has answered: 18.2's, asked 40 times, and 19.4's.
type vector struct {
	ID               int                             `json:"id"`
	DockerAuthConfig json.RawMessage                 `json:"docker_auth_config"`
	ConfigJSON       json.RawMessage                 `json:"config_json"`
	Helpers          map[string]map[string]answerRow `json:"helpers"`
	JobCredentials   []struct{ URL string }          `json:"job_credentials"`
	Image            string                          `json:"image"`
	Expect           struct{ Source, Username, Secret, Key string }
}

type answerRow struct{ Username, Secret, Error string }

// tableHelpers are helpers that answer out of a table.
type tableHelpers map[string]map[string]answerRow

func (t tableHelpers) Get(name, serverURL string) HelperAnswer {
	row, ok := t[name][serverURL]
	switch {
	case t[name] == nil:
		return HelperAnswer{Outcome: Missing}
	case !ok:
		return HelperAnswer{Outcome: NotFound}
	case row.Error != "":
		return HelperAnswer{Outcome: Failed, Text: row.Error}
	}
	return HelperAnswer{Outcome: Found, Username: row.Username, Secret: credentials.NewSecret(row.Secret)}
}

func (t tableHelpers) List(name string) ([]string, HelperAnswer) {
	if t[name] == nil {
		return nil, HelperAnswer{Outcome: Missing}
	}
	var urls []string
	for url, row := range t[name] {
		if row.Error == "" {
			urls = append(urls, url)
		}
	}
	slices.Sort(urls)
	return urls, HelperAnswer{Outcome: Found}
}

const homeConfig = "/root/.docker/config.json"

func (v vector) places() Places {
	p := Places{Helpers: tableHelpers(v.Helpers)}
	if v.DockerAuthConfig != nil {
		p.AuthConfig = &File{Path: "DOCKER_AUTH_CONFIG", Text: v.DockerAuthConfig}
	}
	if v.ConfigJSON != nil {
		p.HomeDocker = &File{Path: homeConfig, Text: v.ConfigJSON}
	}
	for _, c := range v.JobCredentials {
		p.Payload = append(p.Payload, c.URL)
	}
	return p
}

func vectors(t *testing.T, name string) []vector {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var all []vector
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		var v vector
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	return all
}

// resolver names the source of an answer as gitlab-runner's resolver does.
func resolver(a Answer) string {
	switch {
	case a.Source == FromJob:
		return "job"
	case a.Source == Unstable, a.Source == None:
		return string(a.Source)
	case a.Path == homeConfig:
		return "home"
	}
	return a.Path
}

// TestVectors: gitlab-runner's real resolvers have answered these 800 cases.
func TestVectors(t *testing.T) {
	for name, client := range map[string]Client{"runner-19.4.jsonl": Runner, "runner-18.2.jsonl": OldRunner} {
		right := 0
		all := vectors(t, name)
		for _, v := range all {
			image, err := ParseImage(v.Image)
			if err != nil {
				t.Fatalf("%s %d: %v", name, v.ID, err)
			}
			got := Predict(client, v.places(), image)
			secret := got.Secret.Reveal()
			if got.Source == FromJob {
				secret = "JOB"
			}
			want := v.Expect
			ok := resolver(got) == want.Source
			if got.Source != Unstable {
				ok = ok && got.Username == want.Username && secret == want.Secret &&
					(got.Source == Empty) == (want.Username == "" && want.Source != "none")
			}
			if got.Member == auths || got.Member == credHelpers { // the address in a credsStore is not told
				ok = ok && (want.Key == "" || want.Key == runnerPath(got.Key))
			}
			if !ok {
				t.Errorf("%s %d: %s: %s of %q with %q, want %+v", name, v.ID, v.Image, got.Source, got.Username, got.Key, want)
				continue
			}
			right++
		}
		t.Logf("%s: %d of %d right", name, right, len(all))
	}
}
