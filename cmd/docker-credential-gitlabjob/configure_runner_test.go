package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabrunner"
)

// runnerHost is a machine with a gitlab-runner, whose user's home is a directory of the test's.
type runnerHost struct {
	home   string
	unit   string
	dropIn string
}

func newRunnerHost(t *testing.T, config string) runnerHost {
	t.Helper()
	h := runnerHost{home: t.TempDir()}
	h.unit = "[Service]\nExecStart=/usr/bin/gitlab-runner run\nEnvironment=HOME=" + h.home + "\n"
	if config == "" {
		return h
	}
	stale := base64.StdEncoding.EncodeToString([]byte("gitlab-ci-token:glcbt-64_stale"))
	config = strings.ReplaceAll(config, "STALE", stale)
	if err := os.MkdirAll(filepath.Join(h.home, ".docker"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(h.path(), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h runnerHost) path() string { return filepath.Join(h.home, ".docker", "config.json") }

// configure runs configure on the machine, for a person who is root and has a config file of his own.
func (h runnerHost) configure(t *testing.T, words ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	state := t.TempDir()
	root := fstest.MapFS{"etc/systemd/system/gitlab-runner.service": {Data: []byte(h.unit)}}
	if h.dropIn != "" {
		root[strings.TrimPrefix(gitlabrunner.DropInPath, "/")] = &fstest.MapFile{Data: []byte(h.dropIn)}
	}
	code := run(context.Background(), append([]string{"configure"}, words...), world{
		stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr,
		getenv: func(name string) string {
			return map[string]string{"GITLABJOB_STATE_DIR": state, "HOME": state, "DOCKER_CONFIG": state}[name]
		},
		now:  func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) },
		root: root,
	})
	return outcome{code, stdout.String(), stderr.String()}
}

const (
	runnerRegistry = "registry.example.com"
	helperLine     = `"credHelpers": {"registry.example.com": "gitlabjob", "registry.example.com:443": "gitlabjob"}`
)

func TestConfigureRunner(t *testing.T) {
	for name, c := range map[string]struct {
		version, before string
		after           string
		prints          []string // of the drop-in
		silent          []string // what it does not print
	}{
		"18.3, stale plaintext under three spellings and two marks": {
			"18.3.0", `{"auths": {"registry.example.com": {"auth": "STALE"}, "https://registry.example.com": {"auth": "STALE"}, ` +
				`"registry.example.com/group": {"auth": "STALE"}, "http://registry.example.com": {}, "registry.example.com/v2/": {}}}`,
			`{"auths": {}, ` + helperLine + `}`,
			[]string{"Environment=GITLABJOB_KEYRING=none\n"}, []string{"ON_MISS"},
		},
		"18.3, beside another registry": {
			"18.3", `{"auths": {"other.example.com": {"auth": "dTpw"}}}`,
			`{"auths": {"other.example.com": {"auth": "dTpw"}}, ` + helperLine + `}`,
			[]string{"Environment=GITLABJOB_KEYRING=none\n"}, []string{"ON_MISS"},
		},
		"16.9, alone": {
			"16.9.1", `{"auths": {"registry.example.com": {"auth": "STALE"}}}`,
			`{"auths": {}, ` + helperLine + `}`,
			[]string{"Environment=GITLABJOB_KEYRING=none\n", "Environment=GITLABJOB_ON_MISS=error\n"}, nil,
		},
		"18.2, beside another registry: an error would drop it": {
			"v18.2.9", `{"auths": {"registry.example.com": {"auth": "STALE"}, "other.example.com": {"auth": "dTpw"}}}`,
			`{"auths": {"other.example.com": {"auth": "dTpw"}}}`,
			nil, []string{"Environment="},
		},
		"18.2, beside another registry, and the entry is there": {
			"18.2", `{"auths": {"other.example.com": {"auth": "dTpw"}}, ` + helperLine + `}`,
			`{"auths": {"other.example.com": {"auth": "dTpw"}}}`,
			nil, []string{"Environment="},
		},
		"18.2, beside another helper": {
			"18.2", `{"credHelpers": {"other.example.com": "ecr-login"}, "auths": {"registry.example.com": {"auth": "STALE"}}}`,
			`{"credHelpers": {"other.example.com": "ecr-login"}, "auths": {}}`,
			nil, []string{"Environment="},
		},
		"18.2, beside the empty mark of another registry": {
			"18.2", `{"auths": {"other.example.com": {}}}`,
			`{"auths": {"other.example.com": {}}, ` + helperLine + `}`,
			[]string{"Environment=GITLABJOB_ON_MISS=error\n"}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newRunnerHost(t, c.before)
			got := h.configure(t, "--runner", "--runner-version", c.version, runnerRegistry)
			if got.code != exitOK {
				t.Fatalf("exit %d\n%s%s", got.code, got.stdout, got.stderr)
			}
			if text := h.text(t); text != c.after {
				t.Errorf("the file has\n%s\nwant\n%s", text, c.after)
			}
			for _, part := range c.prints {
				if !strings.Contains(got.stdout, part) {
					t.Errorf("not printed: %q in\n%s", part, got.stdout)
				}
			}
			for _, part := range c.silent {
				if strings.Contains(got.stdout, part) {
					t.Errorf("printed: %q in\n%s", part, got.stdout)
				}
			}
			again := h.configure(t, "--runner", "--runner-version", c.version, "--quiet", runnerRegistry)
			if again.code != exitOK || again.stdout+again.stderr != "" || h.text(t) != c.after {
				t.Errorf("again: exit %d, %q, %q", again.code, again.stdout, again.stderr)
			}
		})
	}
}

func (h runnerHost) text(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(h.path())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The service that has its settings needs no more of them.
func TestConfigureRunnerWhoseServiceIsSetUp(t *testing.T) {
	h := newRunnerHost(t, "")
	h.unit += "Environment=GITLABJOB_KEYRING=none\n"
	got := h.configure(t, "--runner", "--runner-version", "18.3", runnerRegistry)
	if got.code != exitOK || strings.Contains(got.stdout, "Environment") {
		t.Errorf("exit %d\n%s%s", got.code, got.stdout, got.stderr)
	}
	if got = h.configure(t, "--runner", "--remove"); got.code != exitOK || strings.Contains(h.text(t), "gitlabjob") {
		t.Errorf("exit %d\n%s%s%s", got.code, got.stdout, got.stderr, h.text(t))
	}
}

// After an update of gitlab-runner the service needs something else, or nothing any more.
func TestConfigureRunnerAfterAnUpdate(t *testing.T) {
	h := newRunnerHost(t, "")
	h.dropIn = gitlabrunner.DropIn([]gitlabrunner.Setting{
		{Name: "GITLABJOB_KEYRING", Value: "none"}, {Name: "GITLABJOB_ON_MISS", Value: "error"},
	})
	got := h.configure(t, "--runner", "--runner-version", "18.2", runnerRegistry)
	if got.code != exitOK || strings.Contains(got.stdout, "drop-in") || strings.Contains(got.stdout, "Environment") {
		t.Errorf("before: exit %d\n%s%s", got.code, got.stdout, got.stderr)
	}
	got = h.configure(t, "--runner", "--runner-version", "18.3", runnerRegistry)
	if got.code != exitOK || !strings.Contains(got.stdout, "GITLABJOB_KEYRING=none") ||
		strings.Contains(got.stdout, "GITLABJOB_ON_MISS") {
		t.Errorf("after: exit %d\n%s%s", got.code, got.stdout, got.stderr)
	}
}

func TestConfigureRunnerNeedsAVersion(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	h := newRunnerHost(t, "")
	for _, words := range [][]string{{"--runner"}, {"--runner", "--runner-version", "newest"}} {
		got := h.configure(t, append(words, runnerRegistry)...)
		if got.code != exitUsage || !strings.Contains(got.stderr, "hint: run again with --runner-version") {
			t.Errorf("%v: exit %d\n%s", words, got.code, got.stderr)
		}
	}
	if _, err := os.Stat(h.path()); !os.IsNotExist(err) {
		t.Errorf("the file was made: %v", err)
	}
}
