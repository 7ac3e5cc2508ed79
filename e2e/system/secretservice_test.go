package system

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring/keyringtest"
)

func TestSecretServiceKeepsTheContract(t *testing.T) {
	s := newSession(t)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", s.address)
	keyringtest.Contract{New: func(*testing.T) keyring.Vault {
		return keyring.NewOS("docker-credential-gitlabjob-test")
	}}.Test(t)
}

// A keyring that fails costs a pull little time, says so in its own words, and bothers nobody with a prompt.
func TestSecretServiceFails(t *testing.T) {
	for name, c := range map[string]struct {
		fail   func(t *testing.T, me *account, s *session)
		says   string
		repair func(me *account, s *session) // nil: it stays as it is
	}{
		"no bus": {
			fail:   func(_ *testing.T, me *account, _ *session) { me.Set("DBUS_SESSION_BUS_ADDRESS", "") },
			says:   "there is no D-Bus session bus",
			repair: func(me *account, s *session) { me.join(s) },
		},
		"a bus that has gone": {
			fail: func(_ *testing.T, me *account, _ *session) {
				me.Set("DBUS_SESSION_BUS_ADDRESS", "unix:path="+me.Dir+"/bus")
			},
			says:   "there is no D-Bus session bus",
			repair: func(me *account, s *session) { me.join(s) },
		},
		"a bus without a service": {
			fail: func(t *testing.T, me *account, _ *session) {
				t.Helper()
				me.join(newBus(t))
			},
			says:   "no Secret Service runs on the session bus",
			repair: func(me *account, s *session) { me.join(s) },
		},
		"a locked collection": {
			fail: func(t *testing.T, _ *account, s *session) {
				t.Helper()
				s.lock(t)
			},
			says: "the keyring is locked",
		},
		"a hung daemon": {
			fail: func(t *testing.T, _ *account, s *session) {
				t.Helper()
				if err := s.keyring.signal(syscall.SIGSTOP); err != nil {
					t.Fatal(err)
				}
			},
			says:   "the keyring did not answer within 3s",
			repair: func(_ *account, s *session) { _ = s.keyring.signal(syscall.SIGCONT) },
		},
		"an emptied vault": {
			fail: func(t *testing.T, _ *account, s *session) {
				t.Helper()
				s.lose(t)
			},
			says: `the vault "os" has lost it`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSession(t)
			me := newAccount(t)
			me.join(s)
			token := lab.token(goodToken())
			me.login(t, "me", token).succeeds(t)
			me.serves(t, token)
			c.fail(t, me, s)

			o := me.helper(t, "get", lab.registry).fails(t)
			o.explained(t)
			if !strings.Contains(o.stdout, c.says) || !strings.Contains(o.stderr, c.says) {
				t.Errorf("it does not say %q on stdout and stderr: %v", c.says, o)
			}
			const most = 3500 * time.Millisecond
			if o.took > most {
				t.Errorf("it took %v", o.took)
			}
			clients[0].fetch(t, me, lab.image).fails(t, c.says)
			if c.repair != nil {
				c.repair(me, s)
				me.serves(t, token)
			}
		})
	}
}

// No token travels to GitLab for a keyring that could not keep it.
func TestStoreAsksTheKeyringFirst(t *testing.T) {
	s := newSession(t)
	me := newAccount(t)
	me.join(s)
	s.lock(t)
	before := len(lab.gitlab.Seen())
	me.store(t, lab.token(goodToken())).fails(t, "the keyring is locked").explained(t)
	if asked := lab.gitlab.Seen()[before:]; len(asked) > 0 {
		t.Errorf("GitLab was asked: %v", asked)
	}
}

func TestLockedCollectionRaisesNoPrompt(t *testing.T) {
	s := newSession(t)
	me := newAccount(t)
	me.join(s)
	me.login(t, "me", lab.token(goodToken())).succeeds(t)
	s.lock(t)
	bus := s.watch(t)
	prompts := func() []string { return containing(bus.calls(t), ".Unlock", ".Prompt", "SystemPrompter") }
	me.everyVerb(t, "the keyring is locked", func(verb string) {
		if got := prompts(); got != nil {
			t.Errorf("%s: %v", verb, got)
		}
	})
	// What is looked for would be seen.
	if err := s.call(secretsPath, serviceInterface+".Unlock", []string{}).Err; err == nil {
		t.Error("Unlock takes no strings")
	}
	if prompts() == nil {
		t.Error("a call that asks for a prompt is not seen")
	}
}

// A message to its name makes the bus start the Secret Service, which then lives as long as the bus does, unless the
// message says that it shall not.
func TestSecretServiceIsNotStarted(t *testing.T) {
	s := newBus(t)
	me := newAccount(t)
	me.join(s)
	me.catalogue(t)
	me.Set("GITLABJOB_KEYRING", "os") // else a new token would go to the kernel's keyring
	bus := s.watch(t)
	me.everyVerb(t, "no Secret Service runs on the session bus", func(verb string) {
		if started := containing(bus.calls(t), secretsName+" ", "StartServiceByName"); started != nil || s.running(t) {
			t.Errorf("%s starts the service: %v", verb, started)
		}
	})
	s.activate(t)
	if containing(bus.calls(t), "StartServiceByName") == nil || !s.running(t) {
		t.Error("the service cannot be started at all, or that is not seen")
	}
}

// everyVerb calls the helper with each verb that may need the keyring, which fails as says tells, and with "list",
// which needs none. After each it calls look.
func (a *account) everyVerb(t *testing.T, says string, look func(verb string)) {
	t.Helper()
	a.helper(t, "get", lab.registry).fails(t, says)
	look("get")
	a.helper(t, "erase", lab.registry).fails(t, says)
	look("erase")
	a.store(t, lab.token(goodToken())).fails(t, says)
	look("store")
	a.helper(t, "list", "unused").succeeds(t)
	look("list")
}
