package system

import (
	"testing"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// Who says no to the keyring's prompt, or leaves it alone, hears that nothing was written, and no token is lost to it.
func TestLifeWithAPrompt(t *testing.T) {
	for name, c := range map[string]struct {
		answer, says, hint string
	}{
		"dismissed": {"no", "the keyring's prompt was dismissed, nothing was written", "answer the prompt"},
		"not seen":  {"", "the keyring did not answer within 3s", "see whether the keyring waits for an answer"},
	} {
		t.Run(name, func(t *testing.T) {
			bus := newBus(t)
			service := newPrompter(t, bus)
			me := newcomer(t)
			me.join(bus)
			token := lab.token(rotatableToken())
			service.answers(c.answer)
			login := me.verb(t, token, "login", "--token-stdin", lab.registry)
			login.fails(t, `error: gitlabjob: vault "os": `+c.says, "hint: ", c.hint).soon(t)
			me.verb(t, "", "status").succeeds(t).says(t, "nothing is kept").soon(t)

			service.answers("yes")
			me.verb(t, token, "login", "--token-stdin", lab.registry).succeeds(t)
			me.serves(t, token)
			service.answers(c.answer)
			seen := watchRequests()
			me.verb(t, "", "rotate").fails(t, c.says, c.hint).soon(t)
			if seen.at(gitlabtest.Rotate) > 0 {
				t.Error("GitLab was asked for a new token that the keyring does not take")
			}
			me.serves(t, token)
			me.verb(t, "", "status").succeeds(t).says(t, "valid").soon(t)
			service.answers("yes")
		})
	}
}

// soon fails the test when the command has taken longer than a keyring may.
func (o outcome) soon(t *testing.T) {
	t.Helper()
	const most = 3500 * time.Millisecond
	if o.took > most {
		t.Errorf("%q takes %v", o.args, o.took)
	}
}
