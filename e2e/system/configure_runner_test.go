package system

import (
	"cmp"
	"maps"
	"os"
	"strings"
	"syscall"
	"testing"
)

const (
	runnerRegistry = "registry.gitlab.example.com"
	dropIn         = "systemd/system/gitlab-runner.service.d/docker-credential-gitlabjob.conf"
	dropInHead     = "# By docker-credential-gitlabjob configure --runner --systemd\n[Service]\n"
	noKeyring      = "Environment=GITLABJOB_KEYRING=none\n"
	errorOnMiss    = "Environment=GITLABJOB_ON_MISS=error\n"
)

// runnerSpellings are those for which the helper answers in the end: as it was called, and as somebody has logged in.
var runnerSpellings = []string{runnerRegistry, runnerRegistry + ":443"}

// staleRunner is what jobs have left to a runner: job tokens in several spellings, and the empty marks of docker login.
func staleRunner() map[string]string {
	dead := basic("gitlab-ci-token", lab.secret("glcbt-64_"))
	return map[string]string{
		runnerRegistry: "", "https://" + runnerRegistry: dead, "http://" + runnerRegistry + "/v1/": dead,
		runnerRegistry + "/group": dead, runnerRegistry + ":443": dead, "https://" + runnerRegistry + "/v2/": "",
	}
}

func TestConfigureRunner(t *testing.T) {
	newBoxes(t)
	login := map[string]string{"registry.example.com": basic("me", "nobody's business here")}
	stale := staleRunner()
	beside := maps.Clone(stale)
	maps.Copy(beside, login)
	clean := dockerConfig(nil, runnerSpellings...)
	for name, c := range map[string]struct {
		version, user string
		before, after string
		dropIn        string // what the service needs
	}{
		"18.3":            {"18.3.0", "", dockerConfig(stale), clean, noKeyring},
		"18.3, as a user": {"18.3.0", "gitlab-runner", dockerConfig(stale), clean, noKeyring},
		"18.3, beside a login": {
			"18.3.0", "", dockerConfig(beside), dockerConfig(login, runnerSpellings...), noKeyring,
		},
		"16.9": {"16.9.1", "", dockerConfig(stale), clean, noKeyring + errorOnMiss},
		"16.9, beside a login, after 18.3 was there": {
			"16.9.1", "", dockerConfig(beside, runnerRegistry), dockerConfig(login), "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newRunnerHost(t, c.version, c.user, c.before)
			o := h.configureRunner(t, runnerRegistry).succeeds(t)
			h.has(t, h.configName(c.user), c.after)
			h.has(t, dropIn, "")
			if c.dropIn == "" {
				o.says(t, "the helper is left out, the job's own token answers")
				if strings.Contains(o.stdout, "Environment=") {
					t.Errorf("it wants a drop-in: %v", o)
				}
			} else if !strings.HasSuffix(o.stdout, "\n"+dropInHead+c.dropIn) {
				t.Errorf("it does not end with the drop-in %q: %v", c.dropIn, o)
			}
			const systemd = "--systemd " + runnerRegistry
			again := systemd + " >/dev/null 2>&1 && " + configureRunner + systemd + " --quiet"
			h.configureRunner(t, again).succeeds(t).saysAlone(t, "")
			text := c.dropIn
			if text != "" {
				text = dropInHead + text
			}
			h.has(t, dropIn, text)
			h.has(t, h.configName(c.user), c.after)
			h.ownsItsFiles(t, c.user)
		})
	}
}

// ownsItsFiles fails the test unless the config file has the mode and the owner that it had, nothing is beside it, and
// the other user's home has none.
func (h *runnerHost) ownsItsFiles(t *testing.T, user string) {
	t.Helper()
	uid, other := uint32(0), "runner"
	if user != "" {
		uid, other = runnerUID, "root"
	}
	name := h.configName(user)
	info, err := os.Lstat(h.path(name))
	if err != nil {
		t.Fatal(err)
	}
	const mode = 0o640
	owner := info.Sys().(*syscall.Stat_t)
	if info.Mode() != mode || owner.Uid != uid || owner.Gid != uid {
		t.Errorf("%s has mode %v and belongs to %d:%d", name, info.Mode(), owner.Uid, owner.Gid)
	}
	if beside := namesIn(t, h.path(strings.TrimSuffix(name, "/config.json"))); len(beside) > 1 {
		t.Errorf("there are %q", beside)
	}
	if names := namesIn(t, h.path(other)); len(names) > 1 {
		t.Errorf("%s has %q", other, names)
	}
}

// Without a version nothing is done, since it is not known what would help.
func TestConfigureRunnerOfUnknownVersion(t *testing.T) {
	newBoxes(t)
	before := dockerConfig(staleRunner())
	h := newRunnerHost(t, "", "", before)
	o := h.configureRunner(t, runnerRegistry).
		fails(t, "error: gitlabjob: the version of gitlab-runner is not known", "hint: run again with --runner-version")
	if o.code != 2 {
		t.Error(o)
	}
	h.has(t, h.configName(""), before)
	h.has(t, dropIn, "")
	h.configureRunner(t, "--runner-version=18.3 --systemd "+runnerRegistry).succeeds(t)
	h.has(t, h.configName(""), dockerConfig(nil, runnerSpellings...))
	h.has(t, dropIn, dropInHead+noKeyring)
}

// The file of a user who is not root may name any program, so root runs none of those.
func TestConfigureRunnerRunsNothingOfAUsers(t *testing.T) {
	newBoxes(t)
	for user, runs := range map[string]bool{"": true, "gitlab-runner": false} {
		t.Run("as "+cmp.Or(user, "root"), func(t *testing.T) {
			withStore := func(text string) string {
				return strings.Replace(text, "\t\"credHelpers\"", "\t\"credsStore\": \"trap\",\n\t\"credHelpers\"", 1)
			}
			const other = "other.example.com"
			h := newRunnerHost(t, "18.3.0", user, withStore(dockerConfig(staleRunner(), other)))
			h.program(t, "docker-credential-trap", "touch /etc/systemd/trapped; "+
				"echo credentials not found in native keychain; exit 1")
			h.configureRunner(t, runnerRegistry).succeeds(t)
			h.has(t, h.configName(user), withStore(dockerConfig(nil, append(runnerSpellings, other)...)))
			h.ownsItsFiles(t, user)
			if ran := exists(h.path("systemd/trapped")); ran != runs {
				t.Errorf("the program that the file names was run: %t", ran)
			}
		})
	}
}
