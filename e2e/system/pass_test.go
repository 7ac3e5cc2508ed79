package system

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// promptly is the most that an answer may take: the 3 s that each vault has, and what it takes to end its helper.
const promptly = 3500 * time.Millisecond

// A key that is locked is said to be, at once and with what to do, and nobody is asked for its passphrase: on the
// terminal gpg-agent's question would outlive the answer.
func TestPassWithALockedKey(t *testing.T) {
	u := newPassUser(t, "correct horse battery staple")
	u.run(t, "nothing\n", "pass", "insert", "--multiline", "anything").succeeds(t)
	const says = `vault "helper:pass": the keyring is locked`
	refused := func(t *testing.T, o outcome) {
		t.Helper()
		o.fails(t, says, "export GPG_TTY=$(tty); pass show ENTRY")
		if o.took > promptly || u.wasAsked(t) {
			t.Errorf("it took %v, or asked for the passphrase", o.took)
		}
		u.agents(t)
	}
	old, token := lab.token(goodToken()), lab.token(goodToken())

	t.Run("a first login takes back what it cannot read", func(t *testing.T) {
		refused(t, u.store(t, old))
		u.holdsNothing(t)
	})
	u.unlock(t)
	u.login(t, "me", old).succeeds(t)
	u.holds(t, old)
	u.stopAgent(t)
	for name, verb := range map[string]func() outcome{
		"get":          func() outcome { return u.account.helper(t, "get", lab.registry) },
		"store":        func() outcome { return u.store(t, token) },
		"docker pull":  func() outcome { return clients[0].fetch(t, u.account, lab.image) },
		"docker login": func() outcome { return u.login(t, "me", token) },
	} {
		t.Run(name, func(t *testing.T) { refused(t, verb()) })
	}
	u.account.helper(t, "get", lab.registry).explained(t)
	t.Run("unlocked again", func(t *testing.T) {
		u.unlock(t)
		u.holds(t, old)
	})
	t.Run("docker logout needs no passphrase", func(t *testing.T) {
		u.stopAgent(t)
		u.logout(t)
		if u.wasAsked(t) {
			t.Error("it asked for the passphrase")
		}
		u.holdsNothing(t)
	})
	t.Run("what is looked for would be seen", func(t *testing.T) {
		u.run(t, "", "pass", "show", "anything").fails(t)
		if !u.wasAsked(t) {
			t.Error("gpg asks nobody")
		}
	})
}

// An agent that does not answer, as one that waits for a smart card, costs 3 s, and the helper and gpg are ended.
func TestPassWithAHungAgent(t *testing.T) {
	token := lab.token(goodToken())
	for verb, c := range map[string]struct {
		before func(t *testing.T, u *passUser)
		do     func(t *testing.T, u *passUser) outcome
		most   time.Duration
		after  func(t *testing.T, u *passUser)
	}{
		"a first store": {
			before: func(t *testing.T, u *passUser) {
				t.Helper()
				u.run(t, "", "gpg-connect-agent", "/bye").succeeds(t) // starts the agent, if there is none
			},
			do:    func(t *testing.T, u *passUser) outcome { t.Helper(); return u.store(t, token) },
			most:  promptly + time.Second, // it asks GitLab, and takes back what it has written
			after: func(t *testing.T, u *passUser) { t.Helper(); u.holdsNothing(t) },
		},
		"get": {
			before: func(t *testing.T, u *passUser) { t.Helper(); u.store(t, token).succeeds(t) },
			do:     func(t *testing.T, u *passUser) outcome { t.Helper(); return u.account.helper(t, "get", lab.registry) },
			most:   promptly,
			after:  func(t *testing.T, u *passUser) { t.Helper(); u.holds(t, token) },
		},
	} {
		t.Run(verb, func(t *testing.T) {
			t.Parallel() // with the other one, which waits as well
			u := newPassUser(t, "")
			c.before(t, u)
			for pid := range u.agents(t) {
				if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
					t.Fatal(err)
				}
			}
			o := c.do(t, u).fails(t, "the keyring did not answer within 3s")
			o.explained(t)
			if agents := u.agents(t); len(agents) != 1 || o.took > c.most {
				t.Errorf("it took %v, and there are %v", o.took, agents)
			}
			u.stopAgent(t)
			c.after(t, u)
		})
	}
}

// What is missing is named, and what to do about it.
func TestPassIsNotThere(t *testing.T) {
	for name, c := range map[string]struct {
		user func(*testing.T) *passUser
		says []string
	}{
		"pass was not initialised": {
			user: func(t *testing.T) *passUser { t.Helper(); return newGPGUser(t, "") },
			says: []string{"pass has no password store yet", "hint: run: pass init GPG-ID"},
		},
		"no docker-credential-pass": {
			user: func(t *testing.T) *passUser {
				t.Helper()
				u := newPassUser(t, "")
				u.Set("PATH", lab.bin)
				return u
			},
			says: []string{"the credential helper cannot be run", `"docker-credential-pass"`, "hint: install it on PATH"},
		},
		"no pass": {
			user: passUserWithoutPass,
			says: []string{"the credential helper cannot be run: it needs pass", "hint: install it on PATH"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			u := c.user(t)
			u.store(t, lab.token(goodToken())).fails(t, c.says...).explained(t)
			u.login(t, "me", lab.token(goodToken())).fails(t, c.says...)
			u.account.helper(t, "list", "unused").succeeds(t).saysAlone(t, "{}")
		})
	}
}

// passUserWithoutPass has the helper, and not the program that the helper runs.
func passUserWithoutPass(t *testing.T) *passUser {
	t.Helper()
	u := newPassUser(t, "")
	helper, err := exec.LookPath(u.helper)
	if err != nil {
		t.Fatal(err)
	}
	dir := newDir(t, u.Dir)
	if err := os.Symlink(helper, filepath.Join(dir, u.helper)); err != nil {
		t.Fatal(err)
	}
	u.Set("PATH", lab.bin+string(os.PathListSeparator)+dir)
	return u
}
