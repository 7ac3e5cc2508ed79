package system

import (
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// hostileHome is a home that somebody has laid out for root to fall into.
type hostileHome struct {
	name string
	lay  func(t *testing.T, m *machine, config string) // config is where Docker's file would be
	// skipped is why root does not look at the file, and found what is wrong with one that root does look at.
	skipped, found string
}

// Whose word is in what hostile homes point to: nobody may read it.
const (
	foreignWord = "a-word-that-root-has-no-business-with"
	foreignUID  = 4242
)

const (
	notTheirs  = "it is not that user's own: another owner, or a symbolic link is in the way"
	notRegular = "it is not a regular file"
	tooLarge   = "it is too large to be a config file"
	ofRoot     = "it is root's and not that user's, as sudo leaves it"
)

// hostileHomes are all that were thought of.
func hostileHomes() []hostileHome {
	text := func(text string) func(*testing.T, *machine, string) {
		return func(t *testing.T, m *machine, config string) { t.Helper(); m.write(t, config, text, 0o600) }
	}
	link := func(to string) func(*testing.T, *machine, string) {
		return func(t *testing.T, m *machine, config string) { t.Helper(); m.link(t, to, config) }
	}
	const levels = 100_000
	return []hostileHome{
		{"shadow", link("/etc/shadow"), notTheirs, ""},
		{"neighbour", link("/srv/other/.docker/config.json"), notTheirs, ""},
		{"zero", link("/dev/zero"), notTheirs, ""},
		{"dotdocker", func(t *testing.T, m *machine, config string) {
			t.Helper()
			must(t, os.Remove(m.path(filepath.Dir(config))))
			m.link(t, "/srv/other/.docker", filepath.Dir(config))
		}, notTheirs, ""},
		{"hardlink", func(t *testing.T, m *machine, config string) {
			t.Helper()
			must(t, os.Link(m.path("etc/shadow"), m.path(config)))
		}, notTheirs, ""},
		{"foreign", func(t *testing.T, m *machine, config string) {
			t.Helper()
			m.write(t, config, foreignConfig(), 0o644)
			must(t, os.Chown(m.path(config), foreignUID, foreignUID))
		}, notTheirs, ""},
		{"fifo", func(t *testing.T, m *machine, config string) {
			t.Helper()
			must(t, syscall.Mkfifo(m.path(config), 0o644))
			m.give(t, m.path(config))
		}, notRegular, ""},
		{"socket", func(t *testing.T, m *machine, config string) {
			t.Helper()
			l, err := net.ListenUnix("unix", &net.UnixAddr{Name: m.path(config), Net: "unix"})
			must(t, err)
			t.Cleanup(func() { _ = l.Close() })
			m.give(t, m.path(config))
		}, notRegular, ""},
		{"directory", func(t *testing.T, m *machine, config string) {
			t.Helper()
			m.write(t, config+"/config.json", foreignConfig(), 0o644)
		}, notRegular, ""},
		{"gigabyte", func(t *testing.T, m *machine, config string) {
			t.Helper()
			m.write(t, config, "{", 0o644)
			must(t, os.Truncate(m.path(config), 1<<30))
		}, tooLarge, ""},
		{"nested", text(strings.Repeat(`{"auths":`, 11_000) + "1" + strings.Repeat("}", 11_000)), "", "malformed-file"},
		{"deeper", text(strings.Repeat(`{"auths":`, levels) + "1" + strings.Repeat("}", levels)), tooLarge, ""},
		{"words", text(`{"auths":{` + strings.Repeat(`"x":{},`, levels) + `"y":{}}}`), tooLarge, ""},
		{"roots", func(t *testing.T, m *machine, config string) {
			t.Helper()
			m.write(t, config, foreignConfig(), 0o600)
			must(t, os.Chown(m.path(config), 0, 0))
		}, ofRoot, "unreadable-file"},
		{"brackets", text(`{"auths": ` + strings.Repeat("[", levels)), "", "malformed-file"},
		{"junk", text(strings.Repeat("\x00\xff\x1b[31m\x7f{\"", 10_000)), "", "malformed-file"},
		{"climber", text(`{"credHelpers": {"` + lab.registry + `": "../../evil"}, "credsStore": "../../evil"}`), "", ""},
		{"marker", text(`{"credHelpers": {"` + lab.registry + `": "mark"}, "credsStore": "mark"}`), "", ""},
	}
}

// foreignConfig is a file that doctor would mend, if it were the user's.
func foreignConfig() string {
	return auths("https://"+lab.registry, basic("gitlab-ci-token", "glcbt-64_"+foreignWord))
}

// Root looks into homes that were laid out as traps: nothing there is followed, waited for, run or written, and it is
// said what was not looked at.
func TestDoctorInHostileHomes(t *testing.T) {
	m := newMachine(t)
	m.install(t)
	m.write(t, "/etc/shadow", foreignConfig(), 0o600)
	m.write(t, "/srv/other/.docker/config.json", foreignConfig(), 0o644)
	for _, name := range []string{"srv/other", "srv/other/.docker", "srv/other/.docker/config.json"} {
		must(t, os.Chown(m.path(name), foreignUID, foreignUID))
	}
	const mark = "touch /tmp/somebody-ran-this"
	m.program(t, "docker-credential-mark", mark)
	m.program(t, "evil", mark)
	// So that there is /usr/local/bin/docker-credential-../../evil.
	must(t, os.Mkdir(filepath.Join(m.bin, "docker-credential-.."), 0o755))
	homes := hostileHomes()
	for i, home := range homes {
		m.user(t, home.name, 1001+i)
		home.lay(t, m, "/home/"+home.name+"/.docker/config.json")
	}
	victim := m.user(t, "victim", 1000)
	m.write(t, "/home/victim/.docker/config.json", dockerConfig(map[string]string{
		"https://" + lab.registry: basic("gitlab-ci-token", lab.secret("glcbt-64_")),
	}), 0o600)
	lab.plant(m.path("/home/victim/.docker/config.json"))

	was := m.everything(t)
	for _, args := range [][]string{{}, {"--online"}, {"--online", lab.image}} {
		t.Run(strings.Join(append([]string{"doctor"}, args...), " "), func(t *testing.T) {
			m.seesThrough(t, homes, args...)
			m.isUnchanged(t, was, "")
		})
	}
	t.Run("doctor --fix --yes", func(t *testing.T) {
		m.seesThrough(t, homes, "--fix", "--yes", lab.image)
		m.seesThrough(t, homes, "--fix", "--yes")
		m.isUnchanged(t, was, "home/victim/")
		victim.configIs(t, helperConfig()) // what can be mended was mended, or nothing is shown
	})
}

// seesThrough runs doctor, and fails the test unless it takes no time, says nothing of what is not the user's, and says
// of each home what it has made of it.
func (m *machine) seesThrough(t *testing.T, homes []hostileHome, args ...string) {
	t.Helper()
	o := m.doctor(t, append(args, "--json")...)
	if o.took > 5*time.Second {
		t.Errorf("it took %v", o.took)
	}
	if strings.Contains(o.said(), foreignWord) || strings.ContainsAny(o.said(), "\x00\x1b") {
		t.Errorf("it hands on what it should not: %v", o)
	}
	r := o.report(t)
	for _, home := range homes {
		path := "/home/" + home.name + "/.docker/config.json"
		var skipped, found []string
		for _, s := range r.Skipped {
			if s.User == home.name && s.Path == path {
				skipped = append(skipped, s.Why)
			}
		}
		for _, f := range r.Findings {
			if f.User == home.name {
				found = append(found, f.ID)
			}
		}
		if strings.Join(skipped, "; ") != home.skipped || strings.Join(slices.Compact(found), "; ") != home.found {
			t.Errorf("%s: skipped as %q, found %q", home.name, skipped, found)
		}
	}
}

// isUnchanged fails the test when anything on the machine is not as it was, besides what is below a directory.
func (m *machine) isUnchanged(t *testing.T, was map[string]state, except string) {
	t.Helper()
	is := m.everything(t)
	for _, name := range slices.Sorted(maps.Keys(is)) {
		if except != "" && strings.HasPrefix(name+"/", except) {
			continue
		}
		if was[name] != is[name] {
			t.Errorf("%s was %v and is %v", name, was[name], is[name])
		}
	}
	for name := range was {
		if _, there := is[name]; !there && !strings.HasPrefix(name, except) {
			t.Errorf("%s is gone", name)
		}
	}
}

// What gitlab-runner's users have for config files is looked at as their other files are.
func TestDoctorReadsNoForeignRunnersFile(t *testing.T) {
	m := newMachine(t)
	m.install(t)
	m.user(t, "gitlab-runner", 999)
	m.user(t, "bob", 1001)
	m.write(t, "/home/bob/private/x.toml", "[[runners]]\nname = '"+foreignWord+"'\npre_build_script = 'docker login'\n", 0o600)
	must(t, os.Mkdir(m.path("home/bob/.gitlab-runner"), 0o700))
	must(t, syscall.Mkfifo(m.path("home/bob/.gitlab-runner/config.toml"), 0o600))
	m.give(t, m.path("home/bob/.gitlab-runner/config.toml"))
	must(t, os.Mkdir(m.path("home/gitlab-runner/.gitlab-runner"), 0o700))
	m.link(t, "/home/bob/private/x.toml", "home/gitlab-runner/.gitlab-runner/config.toml")
	m.give(t, m.path("home/gitlab-runner/.gitlab-runner"))
	m.write(t, "/etc/systemd/system/gitlab-runner.service",
		"[Service]\nUser=gitlab-runner\nExecStart=/usr/bin/gitlab-runner run\n", 0o644)
	was := m.everything(t)
	o := m.doctor(t, "--json")
	if strings.Contains(o.said(), foreignWord) || o.took > 5*time.Second {
		t.Errorf("in %v: %v", o.took, o)
	}
	var skipped []string
	for _, s := range o.report(t).Skipped {
		skipped = append(skipped, s.User+" "+s.Path+" "+s.Why)
	}
	slices.Sort(skipped)
	if want := []string{
		"bob /home/bob/.gitlab-runner/config.toml " + notRegular,
		"gitlab-runner /home/gitlab-runner/.gitlab-runner/config.toml " + notTheirs,
	}; !slices.Equal(skipped, want) {
		t.Errorf("skipped %q", skipped)
	}
	m.isUnchanged(t, was, "")
}
