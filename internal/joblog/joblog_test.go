package joblog

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

// Whole logs, their texts as the clients and GitLab have them. Those that are not named here have no refusal in them.
func TestRead(t *testing.T) {
	const (
		image    = "registry.example.com/group/app:1"
		inFile   = "/root/.docker/config.json"
		variable = "$DOCKER_AUTH_CONFIG"
		payload  = "job payload (GitLab Registry)"
		byDigest = "registry.example.com:5050/group/sub/app@sha256:" +
			"4ec37d2a07a0067f4ec37d2a07a0067f4ec37d2a07a0067f4ec37d2a07a0067f"
		basic   = "unauthorized: HTTP Basic: Access denied. The provided password or token is incorrect or your account has 2FA "
		today   = "HTTP Basic: Access denied. If a password was provided for Git authentication, the password was incorrect "
		nothing = "pull access denied, repository does not exist or may require authorization: server message: "
		engine  = "pull access denied for registry.example.com/group/app, repository does not exist or may require 'docker login': "
	)
	want := map[string]Refusal{ // of a Word that does not end here, "..." stands for the rest
		"docker-executor":         {image, basic + "...", inFile, "16.9.1", runner},
		"docker-executor-stamped": {image, engine + "denied: requested access to the resource is denied", payload, "18.2.0", runner},
		"runner-13.1":             {image, "unauthorized: authentication required", variable, "13.1.0-rc1", runner},
		"dependency-proxy":        {"gitlab.example.com:443/group/dependency_proxy/containers/alpine:3.20", "denied: access forbidden", "", "18.3.1", runner},
		"kubernetes":              {byDigest, "403 Forbidden", "", "17.5.3", runner},
		"kubernetes-untold":       {byDigest, `Back-off pulling image "` + byDigest + `"`, "", "17.5.3", runner},
		"docker-login":            {"registry.example.com:5050", basic + "...", "", "18.5.0", docker},
		"docker-pull":             {image, "access forbidden", "", "18.5.0", docker},
		"docker-push":             {"registry.example.com/group/app", "denied: access forbidden", "", "18.5.0", docker},
		"buildkit":                {"registry.example.com/group/base:2", "401 Unauthorized: " + today + "...", "", "18.5.0", buildkit},
		"buildkit-named":          {"registry.example.com/group/base:2", nothing + "insufficient_scope: authorization failed", "", "18.5.0", buildkit},
		"skopeo":                  {image, "invalid username/password: unauthorized: " + today + "...", "", "18.5.0", podman},
		"podman-build":            {"registry.example.com/group/app:0.2.5", "invalid status code from registry 403 (Forbidden)", "", "18.5.0", podman},
		"podman-login":            {"registry.example.com:5050", "invalid username/password", "", "18.5.0", podman},
		"kaniko":                  {image, "UNAUTHORIZED: " + today + "...", "", "18.5.0", crane},
		"crane":                   {image, "DENIED: access forbidden", "", "18.5.0", crane},
	}
	logs, err := filepath.Glob("testdata/*.log")
	if err != nil || len(logs) <= len(want) {
		t.Fatal(logs, err)
	}
	for _, path := range logs {
		name := strings.TrimSuffix(filepath.Base(path), ".log")
		t.Run(name, func(t *testing.T) {
			log, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Read(iotest.HalfReader(bytes.NewReader(log)))
			w, refused := want[name]
			if !refused {
				if err != ErrNoRefusal || got != (Refusal{}) {
					t.Errorf("%+v, %v; want no refusal", got, err)
				}
				return
			}
			if start, cut := strings.CutSuffix(w.Word, "..."); cut && strings.HasPrefix(got.Word, start) {
				w.Word = got.Word
			}
			if err != nil || got != w || len(got.Word) > mostWord {
				t.Errorf("%+v, %v;\nwant %+v", got, err, w)
			}
		})
		delete(want, name)
	}
	for name := range want {
		t.Errorf("there is no log %s", name)
	}
}

// What the job has stumbled over counts, and a refusal that says why before one that does not.
func TestReadTheLast(t *testing.T) {
	const (
		a      = "Error response from daemon: Head \"https://a.example.com/v2/x/manifests/1\": denied: access forbidden\n"
		b      = "Error response from daemon: Head \"https://b.example.com/v2/x/manifests/1\": denied: access forbidden\n"
		untold = "ERROR: Job failed: image pull failed: Back-off pulling image \"c.example.com/x:1\"\n"
		none   = "WARNING: Failed to pull image \"c.example.com/x:1\" for container \"build\" with policy \"\": not found\n"
	)
	for name, c := range map[string]struct{ log, image string }{
		"the last":              {a + b, "b.example.com/x:1"},
		"again":                 {a + b + a, "a.example.com/x:1"},
		"and more of the job":   {a + "Job succeeded\n", "a.example.com/x:1"},
		"without an end":        {strings.TrimSuffix(a, "\n"), "a.example.com/x:1"},
		"told before untold":    {a + untold, "a.example.com/x:1"},
		"untold":                {untold, "c.example.com/x:1"},
		"untold in an event":    {"Back-off pulling image \"c.example.com/x:1\"\n", "c.example.com/x:1"},
		"untold, and explained": {none + untold, ""},
		"nothing":               {"", ""},
	} {
		if got, err := Read(strings.NewReader(c.log)); got.Image != c.image || (err == nil) != (c.image != "") {
			t.Errorf("%s: %+v, %v; want %q", name, got, err, c.image)
		}
	}
}

func TestReadFails(t *testing.T) {
	broken := errors.New("broken")
	log := "denied: access forbidden\n"
	for name, r := range map[string]*strings.Reader{"at once": strings.NewReader(""), "later": strings.NewReader(log)} {
		if got, err := Read(&failing{r, broken}); !errors.Is(err, broken) || got != (Refusal{}) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// failing reads what r has, and fails then.
type failing struct {
	r   *strings.Reader
	err error
}

func (f *failing) Read(p []byte) (int, error) {
	if f.r.Len() == 0 {
		return 0, f.err
	}
	return f.r.Read(p)
}
