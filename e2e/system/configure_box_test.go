package system

import (
	"debug/elf"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// boxImage is an image of busybox and nothing else: no passwd, no home, no certificates, no libraries.
const boxImage = "box:1"

// newBoxes empties the engine, and makes boxImage in it.
func newBoxes(t *testing.T) {
	t.Helper()
	emptyEngine(t)
	files, err := busyboxTar()
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if _, err := io.Copy(&text, files); err != nil {
		t.Fatal(err)
	}
	operator := newAccount(t)
	operator.configure(t, "{}")
	operator.run(t, text.String(), lab.docker, "import", "-", boxImage).succeeds(t)
}

// inBox runs a script as root in a container without a network. The container has the helper, as a runner's `volumes`
// bring it into jobs; of the account it has the variables that args name with "--env=", whose values stand in no argument.
func (a *account) inBox(t *testing.T, script string, args ...string) outcome {
	t.Helper()
	const links = "/bin/busybox --install -s /bin\n"
	run := []string{"run", "--rm", "--network=none", "--env=HOME=/root", "--env=PATH=/usr/local/bin:/bin",
		"--volume=" + lab.helper + ":/usr/local/bin/" + kit.Program + ":ro"}
	run = append(append(run, args...), boxImage, "/bin/busybox", "sh", "-c", links+script)
	return a.run(t, "", lab.docker, run...)
}

// dockerInBox returns the arguments with which a container has a Docker CLI, for the engine that it runs in.
func dockerInBox(t *testing.T, docker string) []string {
	t.Helper()
	const socket = "/var/run/docker.sock"
	args := []string{
		"--volume=" + docker + ":/usr/local/bin/docker:ro",
		"--volume=" + strings.TrimPrefix(lab.engine.address(), "unix://") + ":" + socket + ":ro",
		"--env=DOCKER_HOST=unix://" + socket,
	}
	program, err := elf.Open(docker)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = program.Close() }()
	if program.Section(".interp") != nil { // Debian's CLI needs libraries
		for _, dir := range []string{"/lib", "/lib64", "/usr/lib"} {
			args = append(args, "--volume="+dir+":"+dir+":ro")
		}
	}
	return args
}

// jobInBox returns the arguments that pass the job's variables on.
func (a *account) jobInBox() (args []string) {
	// The engine writes down what is in a container's environment, and that outlives the container in a page that
	// its database has not used again.
	lab.plant(filepath.Join(lab.engine.dir, "data", "containerd", "daemon", "io.containerd.metadata.v1.bolt", "meta.db"))
	for _, entry := range a.Env() {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "CI") || name == "GITLAB_CI" {
			args = append(args, "--env="+name)
		}
	}
	return args
}
