package system

import (
	"os"
	"path/filepath"
	"testing"
)

// runnerUnit is what gitlab-runner's package installs: the user in the command is that of jobs, not the service's.
const runnerUnit = `[Unit]
Description=GitLab Runner
ConditionFileIsExecutable=/usr/bin/gitlab-runner
After=network.target

[Service]
StartLimitInterval=5
StartLimitBurst=10
ExecStart=/usr/bin/gitlab-runner "run" "--config" "/etc/gitlab-runner/config.toml" "--user" "gitlab-runner"
Restart=always
`

// runnerUID is the id of the user gitlab-runner on such a host.
const runnerUID = 998

// runnerHost is the machine of a runner: a container, whose files are in a directory and stay when it has ended.
type runnerHost struct {
	*account

	dir  string
	args []string
}

// newRunnerHost returns a host with a gitlab-runner of that version, or none, whose service runs as that user, or as
// root. The config file is the service's user's.
func newRunnerHost(t *testing.T, version, user, config string) *runnerHost {
	t.Helper()
	h := &runnerHost{account: newAccount(t), dir: newDir(t, lab.dir)}
	unit := runnerUnit
	if user != "" {
		unit += "User=" + user + "\n"
	}
	h.write(t, "passwd", "root:x:0:0:root:/root:/bin/sh\ngitlab-runner:x:998:998::/home/gitlab-runner:/bin/sh\n", 0o644)
	h.write(t, "systemd/system/gitlab-runner.service", unit, 0o644)
	h.write(t, "root/.profile", "", 0o644)
	h.write(t, "runner/.profile", "", 0o644)
	h.write(t, h.configName(user), config, 0o640)
	h.args = []string{
		"--volume=" + h.path("passwd") + ":/etc/passwd:ro", "--volume=" + h.path("systemd") + ":/etc/systemd",
		"--volume=" + h.path("root") + ":/root", "--volume=" + h.path("runner") + ":/home/gitlab-runner",
	}
	if version != "" {
		h.program(t, "gitlab-runner", `[ "$*" = --version ] && printf 'Version:      `+version+`\nGit revision: 1b659122\n'`)
	}
	for _, name := range []string{"", ".profile", ".docker", ".docker/config.json"} {
		if err := os.Chown(h.path("runner/"+name), runnerUID, runnerUID); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	return h
}

// program puts a shell script on the host's PATH.
func (h *runnerHost) program(t *testing.T, name, script string) {
	t.Helper()
	h.write(t, "bin/"+name, "#!/bin/busybox sh\n"+script+"\n", 0o755)
	h.args = append(h.args, "--volume="+h.path("bin/"+name)+":/usr/local/bin/"+name+":ro")
}

func (h *runnerHost) configName(user string) string {
	if user == "" {
		return "root/.docker/config.json"
	}
	return "runner/.docker/config.json"
}

// path returns where a file of the host's is for the test.
func (h *runnerHost) path(name string) string { return filepath.Join(h.dir, name) }

func (h *runnerHost) write(t *testing.T, name, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(h.path(name)), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(h.path(name), []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

// has fails the test unless the host has a file of that text; "" is none.
func (h *runnerHost) has(t *testing.T, name, text string) {
	t.Helper()
	data, err := os.ReadFile(h.path(name))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if string(data) != text || err == nil && text == "" {
		t.Errorf("%s is\n%s\nand not\n%s", name, data, text)
	}
}

const configureRunner = "docker-credential-gitlabjob configure --runner "

// configureRunner runs `configure --runner` there, as root, with what stands behind that in a shell.
func (h *runnerHost) configureRunner(t *testing.T, rest string) outcome {
	t.Helper()
	return h.inBox(t, configureRunner+rest, h.args...)
}
