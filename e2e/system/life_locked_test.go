package system

import (
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// A keyring that fails is named at once by every verb that needs it, and GitLab is left alone: what cannot be written
// is not replaced, and what cannot be read is not revoked. (What `get` says is looked at in TestSecretServiceFails.)
func TestLifeWithoutTheKeyring(t *testing.T) {
	for name, c := range map[string]struct {
		fail   func(t *testing.T, mine []*account, s *session)
		repair func(mine []*account, s *session)
		says   string
		chosen string // GITLABJOB_KEYRING, where a new token would go elsewhere by itself
	}{
		"no bus": {
			chosen: "os",
			fail:   func(_ *testing.T, mine []*account, _ *session) { allJoin(mine, "") },
			repair: func(mine []*account, s *session) { allJoin(mine, s.address) },
			says:   "there is no D-Bus session bus",
		},
		"a bus without a service": {
			chosen: "os",
			fail: func(t *testing.T, mine []*account, _ *session) {
				t.Helper()
				allJoin(mine, newBus(t).address)
			},
			repair: func(mine []*account, s *session) { allJoin(mine, s.address) },
			says:   "no Secret Service runs on the session bus",
		},
		"locked": {
			fail: func(t *testing.T, _ []*account, s *session) {
				t.Helper()
				s.lock(t)
			},
			says: "the keyring is locked",
		},
		"hung": {
			fail: func(t *testing.T, _ []*account, s *session) {
				t.Helper()
				if err := s.keyring.signal(syscall.SIGSTOP); err != nil {
					t.Fatal(err)
				}
			},
			repair: func(_ []*account, s *session) { _ = s.keyring.signal(syscall.SIGCONT) },
			says:   "the keyring did not answer within 3s",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSession(t)
			token := lab.token(rotatableToken())
			mine := make([]*account, len(lockedVerbs))
			for i := range mine { // one for each verb, or they would wait for each other
				mine[i] = newAccount(t)
				mine[i].join(s)
				mine[i].Set("GITLABJOB_KEYRING", c.chosen)
				mine[i].verb(t, token, "login", "--token-stdin", "--quiet", lab.registry).succeeds(t)
			}
			c.fail(t, mine, s)
			seen := watchRequests()
			var all sync.WaitGroup
			for i, verb := range lockedVerbs {
				all.Go(func() {
					o, err := mine[i].attempt(t.Context(), lab.token(rotatableToken()), kit.Program, verb.words...)
					if err != nil {
						t.Error(err)
						return
					}
					verb.check(t, o, c.says)
				})
			}
			all.Wait()
			if asked := lab.gitlab.Seen()[seen.before:]; len(asked) > 0 {
				t.Errorf("GitLab was asked: %v", asked)
			}
			if c.repair != nil {
				c.repair(mine, s)
				for _, a := range mine {
					a.serves(t, token)
				}
			}
		})
	}
}

// lockedVerbs are those that need the keyring.
var lockedVerbs = []lockedVerb{
	{words: []string{"login", "--token-stdin"}, fails: true},
	{words: []string{"status"}},
	{words: []string{"status", "--check"}, fails: true},
	{words: []string{"rotate"}, fails: true},
	{words: []string{"logout"}, fails: true},
	{words: []string{"logout", "--revoke"}, fails: true},
}

type lockedVerb struct {
	words []string
	fails bool // else it only notes what is wrong
}

func (v lockedVerb) check(t *testing.T, o outcome, says string) {
	t.Helper()
	const most = 3500 * time.Millisecond
	if o.took > most {
		t.Errorf("%q takes %v", v.words, o.took)
	}
	lines := strings.Split(strings.TrimSpace(o.stderr), "\n")
	speaker := "note: gitlabjob: "
	if v.fails {
		speaker = "error: gitlabjob: "
	}
	said := slices.ContainsFunc(lines, func(line string) bool {
		return strings.HasPrefix(line, speaker) && strings.Contains(line, `vault "os": `+says)
	})
	hinted := slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, "hint: ") })
	if !said || v.fails != (o.code == 1) || v.fails != hinted {
		t.Errorf("it does not say %q, with a hint: %v", says, o)
	}
}

// allJoin makes them all find the bus at an address; "" is none.
func allJoin(all []*account, address string) {
	for _, a := range all {
		a.Set("DBUS_SESSION_BUS_ADDRESS", address)
	}
}
