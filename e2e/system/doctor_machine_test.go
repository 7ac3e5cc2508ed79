package system

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// machine is a whole machine for root to look through: its own /etc, /home, /root, /run and /usr/local/bin, and the
// system's programs. It is a directory, which each command gets for its root, in a mount namespace that ends with the
// command: what a test does to users and their homes is done to nobody else's.
type machine struct {
	dir   string // what its programs see as "/"
	bin   string // what they see as /usr/local/bin
	root  *account
	users map[string]*account // root among them
}

const (
	machinePath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	// atHand is the helper where somebody has just unpacked it: on nobody's PATH.
	atHand = "/opt/" + kit.Program
)

// enterScript runs a command on the machine. Its arguments are the root directory, what is /usr/local/bin there, and up
// to "--" files of the system's and where they are on the machine.
const enterScript = `set -e
root=$1 bin=$2; shift 2
mount --bind "$root" "$root"
for dir in dev proc sys usr; do mount --rbind "/$dir" "$root/$dir"; done
while [ "$1" != -- ]; do mount --bind "$1" "$2"; shift 2; done
mount --rbind "$bin" "$root/usr/local/bin"
shift
cd "$root"
pivot_root . .
umount --lazy .
cd "$HOME"
exec "$@"
`

// machineEtc is what the system's programs want from /etc, besides the users.
var machineEtc = []string{
	"alternatives", "containers", "hosts", "ld.so.cache", "localtime", "login.defs", "nsswitch.conf", "pam.d", "security",
	"ssl",
}

// newMachine returns a machine with root alone, whose home is empty. The Docker CLI and crane are in /usr/local/bin,
// the engine is where the CLI looks for it, and the helper is atHand.
func newMachine(t *testing.T) *machine {
	t.Helper()
	dir := newDir(t, lab.dir)
	m := &machine{dir: filepath.Join(dir, "root"), bin: filepath.Join(dir, "bin"), users: make(map[string]*account)}
	for _, name := range []string{
		"bin", "root/dev", "root/proc", "root/sys", "root/usr", "root/etc", "root/home", "root/run", "root/var", "root/opt",
	} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"bin", "sbin", "lib", "lib64"} {
		m.link(t, "usr/"+name, name)
	}
	m.link(t, "../run", "var/run")
	m.link(t, "../tmp", "var/tmp")
	for _, name := range machineEtc {
		if !exists("/etc/" + name) {
			continue
		}
		if out, err := exec.Command("cp", "-a", "/etc/"+name, m.path("etc")).CombinedOutput(); err != nil {
			t.Fatalf("cp: %v: %s", err, out)
		}
	}
	mountPoints := []string{m.path("run/docker.sock"), m.path(atHand), m.bin + "/crane"}
	if lab.docker != debianDocker {
		mountPoints = append(mountPoints, m.bin+"/docker")
	}
	for _, name := range mountPoints {
		if err := os.WriteFile(name, nil, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(m.path("tmp"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(m.path("tmp"), os.ModeSticky|0o777); err != nil {
		t.Fatal(err)
	}
	m.root = m.user(t, "root", 0)
	return m
}

// path returns where a file of the machine's is for the test.
func (m *machine) path(name string) string { return filepath.Join(m.dir, name) }

func (m *machine) link(t *testing.T, to, name string) {
	t.Helper()
	if err := os.Symlink(to, m.path(name)); err != nil {
		t.Fatal(err)
	}
}

// write writes a file of root's, or of the user whose home it is in.
func (m *machine) write(t *testing.T, name, text string, mode os.FileMode) {
	t.Helper()
	path := m.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	m.give(t, path)
}

// give makes what is in a home its owner's, with the directories above it.
func (m *machine) give(t *testing.T, path string) {
	t.Helper()
	below, ok := strings.CutPrefix(path, m.path("home")+"/")
	if !ok {
		return
	}
	name, _, _ := strings.Cut(below, "/")
	home, err := os.Stat(m.path("home/" + name))
	if err != nil {
		t.Fatal(err)
	}
	uid := int(home.Sys().(*syscall.Stat_t).Uid)
	for ; path != m.path("home/"+name); path = filepath.Dir(path) {
		if err := os.Lchown(path, uid, uid); err != nil {
			t.Fatal(err)
		}
	}
}

// program puts a shell script into /usr/local/bin.
func (m *machine) program(t *testing.T, name, script string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(m.bin, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
}

// install puts the helper into /usr/local/bin.
func (m *machine) install(t *testing.T) {
	t.Helper()
	m.root.run(t, "", "install", "-m", "0755", atHand, "/usr/local/bin/"+kit.Program).succeeds(t)
}

// user adds a user, with a home that has nothing in it. Users may talk to the engine.
func (m *machine) user(t *testing.T, name string, uid int) *account {
	t.Helper()
	home := "/home/" + name
	if uid == 0 {
		home = "/root"
	}
	for file, line := range map[string]string{
		"passwd": fmt.Sprintf("%s:*:%d:%d::%s:/bin/sh\n", name, uid, uid, home),
		"group":  fmt.Sprintf("%s:*:%d:\n", name, uid),
	} {
		was, err := os.ReadFile(m.path("etc/" + file))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		m.write(t, "etc/"+file, string(was)+line, 0o644)
	}
	own, err := kit.NewHome(m.path(home), m.bin)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(own.Dir, uid, uid); err != nil {
		t.Fatal(err)
	}
	m.give(t, filepath.Dir(own.ConfigPath()))
	a := &account{Home: own, inside: home, uid: uid}
	a.mark = "E2E_ACCOUNT=" + a.Dir
	a.Set("E2E_ACCOUNT", a.Dir)
	a.Set("HOME", home)
	a.Set("PATH", machinePath)
	a.enter = m.enter(t, uid)
	a.leavesNothingBehind(t)
	m.users[name] = a
	return a
}

// enter is the command that lets the rest of its words run on the machine, as that user.
func (m *machine) enter(t *testing.T, uid int) []string {
	t.Helper()
	socket := strings.TrimPrefix(lab.engine.address(), "unix://")
	info, err := os.Stat(socket)
	if err != nil {
		t.Fatal(err)
	}
	words := []string{
		"unshare", "--mount", "sh", "-c", enterScript, "enter", m.dir, m.bin,
		lab.helper, m.path(atHand), socket, m.path("run/docker.sock"), filepath.Join(lab.bin, "crane"), m.bin + "/crane",
	}
	if lab.docker != debianDocker {
		words = append(words, lab.docker, m.bin+"/docker")
	}
	id, group := strconv.Itoa(uid), strconv.Itoa(int(info.Sys().(*syscall.Stat_t).Gid))
	return append(words, "--", "setpriv", "--reuid="+id, "--regid="+id, "--groups="+group, "--")
}
