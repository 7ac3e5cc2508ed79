package system

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// passUser is somebody who has pass, with a key of gpg's and a gpg-agent of his own.
type passUser struct {
	*helperUser

	passphrase string // "": the key has none
}

// pinentry stands in for the program by which gpg-agent asks for a passphrase. It notes that it was asked, and answers
// as somebody does who has, or has not, the passphrase in a file.
const pinentry = `#!/bin/sh
echo 'OK ready'
while read -r line; do
	case $line in
	GETPIN*)
		echo asked >>'DIR/asked'
		if [ -f 'DIR/passphrase' ]; then echo "D $(cat 'DIR/passphrase')"; else echo 'ERR 83886179 cancelled'; continue; fi ;;
	esac
	echo OK
done
`

// newGPGUser makes somebody who has a key of gpg's, and has not initialised pass.
func newGPGUser(t *testing.T, passphrase string) *passUser {
	t.Helper()
	a := newAccount(t)
	u := &passUser{&helperUser{account: a, helper: "docker-credential-pass"}, passphrase}
	gnupg := filepath.Join(a.Dir, "gnupg")
	program := filepath.Join(gnupg, "pinentry")
	const conf = "s2k-count 65536\npinentry-program " // else the agent takes its time to find a count of its own
	for _, err := range []error{
		os.Mkdir(gnupg, 0o700),
		os.WriteFile(program, []byte(strings.ReplaceAll(pinentry, "DIR", gnupg)), 0o700),
		os.WriteFile(filepath.Join(gnupg, "gpg-agent.conf"), []byte(conf+program+"\n"), 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	a.Set("GNUPGHOME", gnupg)
	a.Set("GITLABJOB_KEYRING", "helper:pass")
	t.Cleanup(func() { u.stopAgent(t) })
	a.run(t, "", "gpg", "--batch", "--quiet", "--pinentry-mode=loopback", "--passphrase="+passphrase,
		"--quick-generate-key", "me@example.com", "future-default").succeeds(t)
	u.stopAgent(t) // which knows the passphrase now
	return u
}

// newPassUser makes somebody who has initialised pass.
func newPassUser(t *testing.T, passphrase string) *passUser {
	t.Helper()
	u := newGPGUser(t, passphrase)
	u.run(t, "", "pass", "init", "me@example.com").succeeds(t)
	u.dirs = []string{filepath.Join(u.Dir, ".password-store")}
	return u
}

// useNewestHelper puts the library's own docker-credential-pass before Debian's.
func (u *passUser) useNewestHelper(t *testing.T) {
	t.Helper()
	dir := newDir(t, lab.dir)
	const pkg = "github.com/docker/docker-credential-helpers/pass/cmd"
	if err := kit.GoBuild(t.Context(), filepath.Join(dir, "docker-credential-pass"), pkg); err != nil {
		t.Fatal(err)
	}
	u.Set("PATH", strings.Join([]string{lab.bin, dir, os.Getenv("PATH")}, string(os.PathListSeparator)))
}

// stopAgent ends the gpg-agent that gpg has started, which forgets the passphrase.
func (u *passUser) stopAgent(t *testing.T) {
	t.Helper()
	for pid := range u.agents(t) {
		if err := syscall.Kill(pid, syscall.SIGCONT); err != nil {
			t.Error(err)
		}
	}
	if _, err := u.Run(context.Background(), "", "gpgconf", "--kill", "all"); err != nil {
		t.Error(err)
	}
}

// agents returns the user's gpg-agents, and fails the test when any other process of the user's stays.
func (u *passUser) agents(t *testing.T) (agents map[int]string) {
	t.Helper()
	var other string
	err := poll(context.Background(), func() (bool, error) {
		all, err := marked(u.mark)
		agents, other = make(map[int]string), ""
		for pid, line := range all {
			if strings.HasPrefix(line, "gpg-agent ") {
				agents[pid] = line
			} else {
				other = line
			}
		}
		return other == "", err
	})
	if err != nil {
		t.Errorf("%v: left running is %s", err, other)
	}
	return agents
}

// unlock does what the hint says: gpg asks in the terminal for the passphrase, which the agent then knows.
func (u *passUser) unlock(t *testing.T) {
	t.Helper()
	path := filepath.Join(u.Dir, "gnupg", "passphrase")
	if err := os.WriteFile(path, []byte(u.passphrase), 0o600); err != nil {
		t.Fatal(err)
	}
	u.run(t, "", "pass", "show", "anything").succeeds(t)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if !u.wasAsked(t) {
		t.Error("the passphrase was not asked for, so it was known")
	}
}

// wasAsked reports whether anybody was asked for the passphrase since the last time.
func (u *passUser) wasAsked(t *testing.T) bool {
	t.Helper()
	err := os.Remove(filepath.Join(u.Dir, "gnupg", "asked"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	return err == nil
}
