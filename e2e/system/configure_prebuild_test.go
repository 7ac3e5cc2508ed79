package system

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// preBuild is what `pre_build_script` and a job do, twice, and then what there is to see.
const preBuild = `
set -e
files() { find / -xdev \( -path /usr -o -path /lib -o -path /lib64 \) -prune -o -print; }
files >/before
for time in first second; do
	echo "== $time"
	docker-credential-gitlabjob configure
	docker pull --quiet "$IMAGE"
	docker image rm "$IMAGE" >/dev/null
done
echo "== config"
cat /root/.docker/config.json
echo
echo "== new"
files | grep -vxFf /before
`

// A job's container as pre_build_script finds it: the helper and the Docker CLI are mounted, the home is empty, and
// there is no network but the engine's.
func TestConfigureInPreBuildScript(t *testing.T) {
	for _, docker := range slices.Compact([]string{lab.docker, debianDocker}) {
		t.Run(docker, func(t *testing.T) {
			newBoxes(t)
			job := newAccount(t)
			token := lab.secret("glcbt-64_")
			job.startJob(t, token)
			args := append(dockerInBox(t, docker), job.jobInBox()...)
			seen := watchSignIns()
			o := job.inBox(t, preBuild, append(args, "--env=IMAGE="+lab.image)...).succeeds(t)
			gitlab := strings.TrimPrefix(lab.gitlab.URL, "http://")
			want := "== first\n" +
				lab.registry + ": Docker asks this helper now\n" +
				gitlab + ": Docker asks this helper now\n" +
				"changed /root/.docker/config.json\n" + lab.image + "\n" +
				"== second\nnothing to change in /root/.docker/config.json\n" + lab.image + "\n" +
				"== config\n" + dockerConfig(nil, lab.registry, gitlab) + "\n" +
				"== new\n/root\n/root/.docker\n/root/.docker/config.json\n"
			if o.stdout != want || o.stderr != "" {
				t.Errorf("it says\n%s%s\nand not\n%s", o.stdout, o.stderr, want)
			}
			if n := seen.times(token); n < 2 {
				t.Errorf("GitLab has seen the job's token %d times", n)
			}
		})
	}
}

// times returns how often clients have shown GitLab the secret.
func (s signIns) times(secret string) (n int) {
	for _, request := range lab.gitlab.Seen()[s.before:] {
		if request.Carried(secret) {
			n++
		}
	}
	return n
}

// A file that cannot be configured fails the job, unless it was said that it shall not.
func TestConfigureFailsTheJobOrNot(t *testing.T) {
	newBoxes(t)
	mounted := filepath.Join(newDir(t, lab.dir), "config.json")
	if err := os.WriteFile(mounted, []byte(dockerConfig(nil)), 0o600); err != nil {
		t.Fatal(err)
	}
	const malformed = `{"auths": {`
	for name, c := range map[string]struct {
		script string // makes the file
		args   []string
		left   string
		says   string
		hint   string
	}{
		"malformed": {
			script: "mkdir -p /root/.docker && printf '%s' '" + malformed + "' >/root/.docker/config.json\n",
			left:   malformed, says: "/root/.docker/config.json: line 1, column 11: ",
			hint: "hint: mend it by hand",
		},
		"mounted by itself": {
			args: []string{"--volume=" + mounted + ":/root/.docker/config.json"},
			left: dockerConfig(nil), says: "/root/.docker/config.json cannot be changed: it is mounted by itself",
			hint: "hint: ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			job := newAccount(t)
			job.startAnyJob(t)
			args := slices.Concat(c.args, job.jobInBox())
			script := c.script + "code=0; docker-credential-gitlabjob configure || code=$?\n" +
				"cat /root/.docker/config.json; exit $code"
			o := job.inBox(t, script, args...).fails(t, "error: gitlabjob: "+c.says, c.hint)
			if o.code != 1 || o.stdout != c.left {
				t.Error(o)
			}
			o = job.inBox(t, script, append(args, "--env=GITLABJOB_OPTIONAL=1")...).succeeds(t).
				says(t, "note: gitlabjob: "+c.says, "; the job goes on without (GITLABJOB_OPTIONAL=1)\n")
			if o.stdout != c.left || strings.Contains(o.stderr, "error: ") {
				t.Error(o)
			}
		})
	}
}
