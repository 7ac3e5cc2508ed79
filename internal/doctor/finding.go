package doctor

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
)

// What may be found. Scripts depend on these names.
const (
	IDStale         = "stale-credential"      // dead, in plaintext
	IDPlaintext     = "plaintext-credential"  // alive or nobody knows, in plaintext
	IDUnreadable    = "unreadable-credential" // an entry that nobody can use
	IDEmpty         = "empty-credential"      // an empty mark that gitlab-runner takes for a credential
	IDUnstable      = "unstable-credential"   // two spellings, of which either wins
	IDHelperMissing = "helper-missing"
	IDHelperVersion = "helper-version"
	IDHelperFailed  = "helper-failed"
	IDOtherHelper   = "other-helper"
	IDNotConfigured = "not-configured"
	IDRunnerAnonym  = "runner-anonymous" // gitlab-runner before 18.3, and a helper that has nothing
	IDRunnerService = "runner-service"
	IDNotAllowed    = "helper-not-allowed"
	IDLoginScript   = "login-in-script"
	IDMalformed     = "malformed-file"
	IDFileError     = "unreadable-file"
	IDKeptDead      = "kept-token-dead"
	IDKeptUnchecked = "kept-token-unverified"
	IDVault         = "vault"
	IDSudo          = "sudo-drops-job"
	IDJobOver       = "job-over"
	IDClock         = "clock"
)

const program = "docker-credential-gitlabjob"

// mend is the command that lets this program mend what is wrong with a registry's credentials in one user's files.
func mend(u User, h credentials.Host) string {
	command := program + " doctor --fix --yes "
	if !u.Mine {
		command += "--user " + Quoted(u.Name) + " "
	}
	return command + Quoted(asWord(h))
}

// asWord is a registry as a word that doctor takes for one: "gitlab:50" alone is an image with a tag.
func asWord(h credentials.Host) string {
	word := h.String()
	if image, err := clients.ParseImage(word); err != nil || image.Host != word {
		word += "/"
	}
	return word
}

// forced is the command of mend, for what can be neither checked nor kept.
func forced(command string) string { return strings.Replace(command, "--fix", "--fix --force", 1) }

// edit opens a file that only a person can mend, as the user whose it is: root's editor would follow a link there.
func edit(u User, path string) string { return asUser(u, "${EDITOR:-vi} "+Quoted(path)) }

// ConfigureRunner is the command that lets gitlab-runner ask this helper as its version needs it. Where that is not
// known, the rules of old ones do no harm to new ones.
func ConfigureRunner(r Runner, h credentials.Host) string {
	command := program + " configure --runner --systemd "
	if r.Version == nil || r.FromLog {
		command += "--runner-version 18.2 "
	}
	return command + Quoted(h.String()) + " && systemctl daemon-reload && systemctl restart gitlab-runner"
}

// asUser is a command that only that user can do, with the own keyring.
func asUser(u User, command string) string {
	if u.Mine {
		return command
	}
	return "su -s /bin/sh - " + Quoted(u.Name) + " -c " + Quoted(command)
}

// Quoted makes one word of a text, for a shell.
func Quoted(text string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/:@+,"
	if text != "" && strings.Trim(text, plain) == "" {
		return text
	}
	if strings.ContainsFunc(text, unicode.IsControl) {
		return "$" + escaped(text)
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// escaped quotes a text with control characters in it, as bash, zsh and POSIX shells of 2024 read it behind a "$".
func escaped(text string) string {
	var quoted strings.Builder
	for _, b := range []byte(text) {
		switch {
		case b == '\'' || b == '\\':
			quoted.WriteString(`\` + string(b))
		case b < ' ' || b == 0x7f:
			fmt.Fprintf(&quoted, `\%03o`, b)
		default:
			quoted.WriteByte(b)
		}
	}
	return "'" + quoted.String() + "'"
}

// listed joins names as people do.
func listed(names []string) string {
	switch n := len(names); n {
	case 0:
		return ""
	case 1:
		return names[0]
	default:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
}
