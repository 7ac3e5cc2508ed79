package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// runnerVector is one case of what gitlab-runner's real resolver has answered (internal/clients/testdata).
type runnerVector struct {
	ID               int
	DockerAuthConfig json.RawMessage `json:"docker_auth_config"`
	ConfigJSON       json.RawMessage `json:"config_json"`
	Helpers          map[string]map[string]struct{ Username, Secret, Error string }
	JobCredentials   []struct{ URL string } `json:"job_credentials"`
	Image            string
	Expect           struct{ Source, Username string }
}

// tableHelper is a credential helper that answers out of files, one for each server URL.
const tableHelper = `#!/bin/sh
dir='%s'
[ "$1" = list ] && exec cat "$dir/list"
read -r url || true
file="$dir/$(printf %%s "$url" | tr / _)"
if [ -f "$file.failed" ]; then cat "$file.failed"; exit 1; fi
if [ -f "$file" ]; then exec cat "$file"; fi
echo 'credentials not found in native keychain'
exit 1
`

// TestDoctorVectors: the whole program, asked in a job whose home, variables and helpers are those of each of the 800
// cases, says of gitlab-runner what its real resolver has answered.
func TestDoctorVectors(t *testing.T) {
	for rules, file := range map[string]string{">=18.3": "runner-19.4.jsonl", "<18.3": "runner-18.2.jsonl"} {
		text, err := os.ReadFile(filepath.Join("..", "internal", "clients", "testdata", file))
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(bytes.NewReader(text))
		var wait sync.WaitGroup
		slots := make(chan struct{}, 4)
		for lines.Scan() {
			var v runnerVector
			if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			slots <- struct{}{}
			wait.Go(func() {
				defer func() { <-slots }()
				if err := v.hold(t, dir, rules); err != nil {
					t.Errorf("%s %d: %v", file, v.ID, err)
				}
			})
		}
		wait.Wait()
	}
}

// hold asks the program, and returns how its answer differs.
func (v runnerVector) hold(t *testing.T, dir, rules string) error {
	t.Helper()
	home, err := v.lay(dir)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(t.Context(), filepath.Join(bin, kit.Program), "doctor", "--json", v.Image)
	cmd.Env, cmd.Dir = home.Env(), dir
	result, err := kit.Run(cmd, "")
	if err != nil {
		return err
	}
	var report struct {
		Clients []struct{ Client, Rules, Source, Path, Username string }
	}
	if err := json.Unmarshal([]byte(result.Stdout), &report); err != nil {
		return fmt.Errorf("%w: %s", err, result.Stderr)
	}
	for _, got := range report.Clients {
		if got.Rules != rules {
			continue
		}
		want := v.Expect.Source
		switch {
		case want == "job":
			want = "job-token"
		case want != "none" && want != "unstable" && v.Expect.Username == "":
			want = "empty"
		case want == "home" && got.Path == home.ConfigPath(), want == got.Path: // with a helper, or without one
			want = got.Source
		}
		if got.Source != want || want != "unstable" && got.Username != v.Expect.Username {
			return fmt.Errorf("%s is pulled with %s %s as %q, want %+v", v.Image, got.Source, got.Path, got.Username, v.Expect)
		}
		return nil
	}
	return fmt.Errorf("no gitlab-runner %s in %s", rules, result.Stdout)
}

// lay makes the home, the variables and the helpers of the case.
func (v runnerVector) lay(dir string) (*kit.Home, error) {
	home, err := kit.NewHome(filepath.Join(dir, "home"), filepath.Join(dir, "bin"))
	if err != nil {
		return nil, err
	}
	home.Set("GITLABJOB_KEYRING", "none")
	home.Set("CI_JOB_TOKEN", "a-job-token")
	home.Set("DOCKER_AUTH_CONFIG", string(v.DockerAuthConfig))
	for i, variable := range []string{"CI_REGISTRY", "CI_DEPENDENCY_PROXY_SERVER"} {
		if i < len(v.JobCredentials) {
			home.Set(variable, v.JobCredentials[i].URL)
		}
	}
	write := func(path, text string) {
		if err == nil {
			if err = os.MkdirAll(filepath.Dir(path), 0o700); err == nil {
				err = os.WriteFile(path, []byte(text), 0o700)
			}
		}
	}
	if v.ConfigJSON != nil {
		write(home.ConfigPath(), string(v.ConfigJSON))
	}
	for name, answers := range v.Helpers {
		list, of := make(map[string]string), filepath.Join(dir, name)
		for url, a := range answers {
			file := filepath.Join(of, strings.ReplaceAll(url, "/", "_"))
			if a.Error != "" {
				write(file+".failed", a.Error)
				continue
			}
			list[url] = a.Username
			write(file, fmt.Sprintf(`{"ServerURL": %q, "Username": %q, "Secret": %q}`, url, a.Username, a.Secret))
		}
		text, _ := json.Marshal(list) // a map of strings
		write(filepath.Join(of, "list"), string(text))
		write(filepath.Join(dir, "bin", "docker-credential-"+name), fmt.Sprintf(tableHelper, of))
	}
	return home, err
}
