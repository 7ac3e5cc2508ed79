package doctor

import (
	"errors"
	"strings"
	"testing"
)

// TestWords: of a helper that fails only our own words, and whole sentences that are known, are repeated. One of ours
// that says anything else has crashed.
func TestWords(t *testing.T) {
	const byHand = "it fails: exit status 1, with words of its own; ask it by hand: "
	for _, c := range []struct{ name, verb, input, out, want string }{
		{"gitlabjob", "get", registry, "gitlabjob: nothing is kept", "gitlabjob: nothing is kept"},
		{"gitlabjob", "get", registry, "gitlabjob: glpat-x", byHand + "echo " + registry + " | docker-credential-gitlabjob get"},
		{"gitlabjob", "get", registry, "gpg: decryption failed", byHand + "echo " + registry + " | docker-credential-gitlabjob get"},
		{"gitlabjob", "get", registry, "", "it fails: exit status 1"},
		{"xx", "get", registry, "gitlabjob: bob:hunter2", byHand + "echo " + registry + " | docker-credential-xx get"},
		{"xx", "get", registry, `{"Username":"bob","Secret":"hunter2"}`, byHand + "echo " + registry + " | docker-credential-xx get"},
		{"xx", "get", registry, "cannot decrypt entry bob:hunter2", byHand + "echo " + registry + " | docker-credential-xx get"},
		{"xx", "get", "https://bob:hunter2@" + registry + "/v1/", "no", byHand + "echo 'https://[redacted]@" + registry + "/v1/' | docker-credential-xx get"},
		{"x y", "list", "unused", "bob:hunter2", byHand + "'docker-credential-x y' list"},
		{"pass", "get", registry, "pass not initialized: hunter2", "it says: pass not initialized"},
		{"pass", "get", registry, "exit status 2: gpg: decryption failed: hunter2", "it says: decryption failed"},
		{"pass", "get", registry, `exec: "gpg": executable file not found in $PATH`, `it says: exec: "gpg": executable file not found in $PATH`},
		{"wincred", "get", registry, "A specified logon session hunter2", byHand + "echo " + registry + " | docker-credential-wincred get"},
	} {
		got := words(question{c.name, c.verb, c.input}, c.out, errors.New("exit status 1"))
		if got != c.want {
			t.Errorf("%s %s, %q: %s; want %s", c.name, c.verb, c.out, got, c.want)
		}
		if strings.Contains(got, "hunter2") {
			t.Errorf("%s: a secret: %s", c.out, got)
		}
	}
}
