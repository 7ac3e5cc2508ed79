package system

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// onAServer returns root's account on a server without a desktop, with a token in the kernel's keyring, which is taken
// out again.
func onAServer(t *testing.T) (a *account, token string) {
	t.Helper()
	a = newAccount(t)
	token = lab.token(goodToken())
	t.Cleanup(func() {
		if _, err := a.Run(context.Background(), lab.registry, kit.Program, "erase"); err != nil {
			t.Error(err)
		}
	})
	o := a.login(t, "me", token).succeeds(t)
	if !strings.Contains(o.said(), "it is gone when this machine goes down") {
		t.Errorf("it is not said how long it lasts: %v", o)
	}
	return a, token
}

// Without a Secret Service a login goes to the kernel's keyring, and every client pulls with it, in other sessions too.
func TestServerWithoutADesktop(t *testing.T) {
	a, token := onAServer(t)
	if e := a.catalog(t).Tokens[lab.registry]; e.Vault != "kernel" || e.Life["expiry"] != "known" {
		t.Errorf("the catalogue has %v", e)
	}
	a.serves(t, token)
	for _, c := range clients {
		t.Run(c.name, func(t *testing.T) { c.fetch(t, a, lab.image).succeeds(t) })
	}
	t.Run("in another session", func(t *testing.T) {
		o := a.run(t, lab.registry, "keyctl", "session", "-", lab.helper, "get").succeeds(t)
		if !strings.Contains(o.stdout, token) {
			t.Errorf("get answers %v", o)
		}
		a.run(t, "", "keyctl", "session", "-", lab.docker, "pull", lab.image).succeeds(t)
	})
	t.Run("docker logout", func(t *testing.T) {
		a.logout(t)
		if c := a.catalog(t); len(c.Tokens) > 0 {
			t.Errorf("the catalogue has %v", c)
		}
	})
}

// Root of a container that no seccomp profile keeps from the kernel's keyring sees that of root outside. What it can read
// there is of no use to it.
func TestContainerGainsNothingFromTheKernelsKeyring(t *testing.T) {
	_, token := onAServer(t)
	newBoxes(t)
	intruder := newAccount(t)
	const look = `
/bin/keyctl list @u
for key in $(/bin/keyctl rlist @u); do /bin/keyctl pipe $key; echo; done
echo ` + "`docker-credential-gitlabjob list`"
	args := []string{"--security-opt=seccomp=unconfined", "--volume=" + keyctl(t) + ":/bin/keyctl:ro"}
	for _, dir := range []string{"/lib", "/lib64", "/usr/lib"} {
		args = append(args, "--volume="+dir+":"+dir+":ro")
	}
	o := intruder.inBox(t, look, args...).succeeds(t)
	if !strings.Contains(o.stdout, "docker-credential-gitlabjob:") || !strings.Contains(o.stdout, lab.registry) {
		t.Fatalf("it does not see the key, so nothing is shown: %v", o)
	}
	if strings.Contains(o.stdout, token) || !strings.HasSuffix(o.stdout, "{}\n") {
		t.Errorf("it has the token, or a part in it: %v", o)
	}
}

// In a container with Docker's own seccomp profile there is no such keyring, and it is said what to do.
func TestKernelsKeyringIsBlockedInAContainer(t *testing.T) {
	newBoxes(t)
	token := lab.token(gitlabtest.Token{Secret: lab.secret("glpat-"), Username: "me", Scopes: []string{"read_registry"}})
	message := filepath.Join(newDir(t, lab.dir), "message")
	text := `{"ServerURL":"` + lab.registry + `","Username":"me","Secret":"` + token + `"}`
	if err := os.WriteFile(message, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	lab.plant(message)
	newAccount(t).inBox(t, "docker-credential-gitlabjob store </message", "--volume="+message+":/message:ro").
		fails(t, "there is nowhere to keep a token", "there is no D-Bus session bus",
			"the kernel's keyring is blocked here", "hint: ")
}

func keyctl(t *testing.T) string {
	t.Helper()
	path, err := filepath.EvalSymlinks("/bin/keyctl")
	if err != nil {
		t.Fatal(err)
	}
	return path
}
