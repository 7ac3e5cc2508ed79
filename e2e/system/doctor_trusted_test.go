package system

import (
	"os"
	"strings"
	"testing"
)

// A sudo that keeps PATH lets root look for programs in a user's own directories: nothing is run out of them, neither
// by doctor nor by what it runs, and the machine's own programs are run as ever.
func TestDoctorRunsNothingFromAnothersPath(t *testing.T) {
	m := newMachine(t)
	m.user(t, "evil", 1001)
	const bin = "/home/evil/bin"
	for _, name := range []string{
		"docker-credential-gitlabjob", "docker-credential-mark", "docker-credential-pass", "pass", "gitlab-runner",
	} {
		m.write(t, bin+"/"+name, "#!/bin/sh\ntouch /tmp/somebody-ran-"+name+"\n", 0o755)
	}
	m.program(t, "docker-credential-own", "pass; echo '{\"Username\":\"me\",\"Secret\":\"word\"}'; touch /tmp/own-was-run")
	m.root.configure(t, `{"credHelpers": {"`+lab.registry+`": "mark", "quay.io": "own"}, "credsStore": "pass"}`)
	m.root.Set("PATH", bin+":"+machinePath)
	for _, home := range []string{"/root", "/home/evil"} {
		m.root.Set("HOME", home)
		for _, args := range []string{"", lab.image, "quay.io/x/y", "--online", "--fix --yes " + lab.image} {
			m.root.run(t, "", atHand, append(append([]string{"doctor"}, strings.Fields(args)...), "--json")...).report(t)
		}
	}
	m.root.Set("HOME", "/root")
	m.ranNothing(t)
	if _, err := os.Stat(m.path("tmp/own-was-run")); err != nil {
		t.Errorf("root's own helper was not asked: %v", err)
	}
}

// A file that root's environment names may be another user's, wherever it is: nothing that it names is run, and a link
// in it leads root nowhere.
func TestDoctorRunsNothingOfAnothersFile(t *testing.T) {
	for name, lay := range map[string]func(t *testing.T, m *machine) (path string){
		"a file in /mnt": func(t *testing.T, m *machine) string {
			t.Helper()
			must(t, os.Chown(m.path("mnt/auth.json"), foreignUID, foreignUID))
			return "/mnt/auth.json"
		},
		"a link in /mnt": func(t *testing.T, m *machine) string {
			t.Helper()
			m.link(t, "../root/own.json", "mnt/link.json")
			must(t, os.Lchown(m.path("mnt/link.json"), foreignUID, foreignUID))
			return "/mnt/link.json"
		},
		"root's link to it": func(t *testing.T, m *machine) string {
			t.Helper()
			must(t, os.Chown(m.path("mnt/auth.json"), foreignUID, foreignUID))
			m.link(t, "/mnt/auth.json", "root/link.json")
			return "/root/link.json"
		},
		"far below evil's home": func(t *testing.T, m *machine) string {
			t.Helper()
			m.write(t, "/home/evil/p/q/r/auth.json", "{}", 0o600)
			must(t, os.WriteFile(m.path("home/evil/p/q/r/auth.json"), namingMark(), 0o600))
			for _, roots := range []string{"q", "q/r", "q/r/auth.json"} {
				must(t, os.Chown(m.path("home/evil/p/"+roots), 0, 0))
			}
			return "/home/evil/p/q/r/auth.json"
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			m.install(t)
			m.user(t, "evil", foreignUID)
			m.program(t, "docker-credential-mark", "touch /tmp/somebody-ran-mark")
			m.write(t, "/mnt/auth.json", string(namingMark()), 0o644)
			m.write(t, "/root/own.json", foreignConfig(), 0o600) // which would be mended
			must(t, os.Chmod(m.path("mnt"), os.ModeSticky|0o777))
			m.root.Set("REGISTRY_AUTH_FILE", lay(t, m))
			was := m.everything(t)
			for _, args := range []string{"", lab.image, "--online", "--fix --yes " + lab.image} {
				m.doctor(t, append(strings.Fields(args), "--json")...).report(t)
			}
			m.ranNothing(t)
			if now := m.everything(t); now["root/own.json"] != was["root/own.json"] {
				t.Error("root's own file has been changed through the link")
			}
		})
	}
}

// namingMark is a file that names a helper for everything.
func namingMark() []byte {
	return []byte(`{"credHelpers": {"` + lab.registry + `": "mark"}, "credsStore": "mark"}`)
}

// ranNothing fails the test where a program that nobody should have run has left its mark.
func (m *machine) ranNothing(t *testing.T) {
	t.Helper()
	entries, err := os.ReadDir(m.path("tmp"))
	must(t, err)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "somebody-ran-") {
			t.Errorf("%s", e.Name())
		}
	}
}
