package system

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// Without --online no network is touched, whatever there is to see. The keyring is on a socket of this machine.
func TestDoctorTouchesNoNetwork(t *testing.T) {
	host := newMachine(t)
	host.layTraps(t)
	host.install(t)
	me := newAccount(t)
	me.join(newSession(t))
	me.login(t, "me", lab.token(goodToken())).succeeds(t)
	me.configure(t, dockerConfig(map[string]string{"https://" + lab.registry: basic("me", lab.token(expiredToken()))}))
	lab.plant(me.ConfigPath())
	for name, who := range map[string]*account{"a runner's host": host.root, "a laptop": me} {
		t.Run(name, func(t *testing.T) {
			seen := len(lab.gitlab.Seen())
			for _, args := range [][]string{{}, {lab.image}, {lab.registry, "--json"}, {"--quiet"}} {
				if far := reached(t, who, args...); len(far) > 0 {
					t.Errorf("doctor %q reaches out:\n%s", args, strings.Join(far, "\n"))
				}
			}
			if len(lab.gitlab.Seen()) != seen {
				t.Error("GitLab was asked")
			}
			if far := reached(t, who, "--online"); len(far) == 0 || len(lab.gitlab.Seen()) == seen {
				t.Error("it cannot be seen how doctor --online asks GitLab: then nothing was shown above")
			}
		})
	}
}

// reached returns the system calls by which doctor, and what it runs, connect to or send to anything but a Unix socket.
func reached(t *testing.T, a *account, args ...string) []string {
	t.Helper()
	inside := fresh(t, a)
	a.run(t, "", "strace", slices.Concat([]string{
		"--follow-forks", "--output=" + inside + "/strace", "--trace=connect,sendto,sendmsg,sendmmsg,bind,listen",
		kit.Program, "doctor",
	}, args)...).fails(t)
	data, err := os.ReadFile(filepath.Join(a.Dir, filepath.Base(inside), "strace"))
	must(t, err)
	calls := containing(strings.Split(string(data), "\n"), "sa_family=")
	return slices.DeleteFunc(calls, func(call string) bool {
		return strings.Contains(call, "AF_UNIX") || strings.Contains(call, "AF_NETLINK")
	})
}
