package doctor

import (
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/oneline"
)

// sayings are what well-known helpers say when they fail (docker/docker-credential-helpers; gpg, in English). Each is
// whole: nothing that came with it is shown.
var sayings = []string{
	"pass not initialized", "decryption failed", `exec: "pass": executable file not found in $PATH`,
	`exec: "gpg": executable file not found in $PATH`, "no credentials server URL", "no credentials username",
	"Cannot autolaunch D-Bus without X11 $DISPLAY",
	"The name org.freedesktop.secrets was not provided by any .service files",
	"A specified logon session does not exist. It may already have been terminated.",
	"User interaction is not allowed.",
}

// question is what a helper was asked.
type question struct{ name, verb, input string }

// byHand is the command that asks it again, for who may see the answer.
func (q question) byHand() string {
	command := Quoted("docker-credential-"+q.name) + " " + q.verb
	if q.verb == "get" {
		command = "echo " + Quoted(dockerconfig.Shown(q.input)) + " | " + command
	}
	return command
}

// words say why a helper has failed. Of another's own words only what is known is repeated: a helper that fails may
// have printed a record. One that is called as ours is, and says anything else than ours does, has crashed.
func words(q question, out string, err error) string {
	const most = 300
	out = oneline.Printable(out)
	ours := q.name == helperName
	if ours && strings.HasPrefix(out, "gitlabjob: ") && !credentials.LooksLikeToken(out) {
		return oneline.Cut(out, most)
	}
	for _, known := range sayings {
		if !ours && strings.Contains(out, known) {
			return "it says: " + known
		}
	}
	if out == "" {
		return crashed + err.Error()
	}
	return crashed + err.Error() + ", with words of its own; ask it by hand: " + q.byHand()
}
