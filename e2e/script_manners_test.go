package e2e

import (
	"errors"
	"slices"
	"strings"
	"unicode"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// notFound is the line by which clients know that they may go on without this helper.
const notFound = "credentials not found in native keychain\n"

var protocolVerbs = []string{"get", "store", "erase", "list"}

// humanVerbs are for people: their stdout is for what was done.
var humanVerbs = []string{"login", "status", "rotate", "logout", "configure", "doctor"}

// checkManners holds one run against what holds for all runs: there are three answers and they are never mixed up, a
// failure is one line on stdout and the same reason with a hint on stderr, and nothing can break a terminal. stderr is
// what the run printed there without its debug lines.
func checkManners(words []string, r kit.Result, stderr string) error {
	human := len(words) > 0 && slices.Contains(humanVerbs, words[0])
	if strings.ContainsFunc(r.Stdout+r.Stderr, func(c rune) bool {
		return c != '\n' && unicode.IsControl(c) && (c != '\t' || !human) // a diff shows a file's tabs
	}) {
		return errors.New("a control character was printed")
	}
	if human {
		return checkHumanManners(r, stderr)
	}
	errorLine, notes, hints, err := sortLines(stderr)
	if err != nil {
		return err
	}
	protocol := len(words) == 1 && slices.Contains(protocolVerbs, words[0])
	switch {
	case r.Code == 0 && (errorLine != "" || hints > 0):
		return errors.New("a success complains")
	case r.Code == 0 && protocol && words[0] == "get" && notes > 0 && !announced(stderr):
		return errors.New("a credential comes with something on stderr")
	case r.Code == 0:
		return nil
	case r.Code == 2 && !protocol:
		if r.Stdout != "" || stderr == "" {
			return errors.New("a misuse is explained on stderr and nowhere else")
		}
		return nil
	case r.Code != 1 || !protocol:
		return errors.New("that exit code has no meaning")
	case strings.Count(r.Stdout, "\n") != 1 || !strings.HasSuffix(r.Stdout, "\n"):
		return errors.New("a failure is one line on stdout")
	case r.Stdout == notFound && stderr != "":
		return errors.New("not found is said, and stderr is not silent")
	case r.Stdout == notFound:
		return nil
	case errorLine == "":
		return errors.New("a failure has an error line on stderr")
	case hints == 0:
		return errors.New("a failure has at least one hint on stderr")
	case !strings.Contains(r.Stdout, errorLine):
		return errors.New("stdout and stderr tell different reasons")
	}
	return nil
}

// announced reports whether stderr is the one line that may come with a credential: that it expires soon.
func announced(stderr string) bool {
	return strings.Count(stderr, "\n") == 1 && strings.Contains(stderr, " expires on ")
}

// checkHumanManners holds a run of a verb for people against its rules: what is wrong is said on stderr, one line each,
// and after that what to do about it.
func checkHumanManners(r kit.Result, stderr string) error {
	complaints, hints := 0, 0
	for line := range strings.Lines(stderr) {
		switch kind, _, _ := strings.Cut(line, ": "); {
		case kind == "note" && complaints == 0:
		case strings.HasSuffix(line, " ...\n") && complaints == 0: // what is being waited for
		case kind == "error" && hints == 0:
			complaints++
		case kind == "hint" && complaints > 0:
			hints++
		default:
			return errors.New("out of place on stderr: " + line)
		}
	}
	switch {
	case r.Code < 0 || r.Code > 2:
		return errors.New("that exit code has no meaning")
	case (r.Code == 0) != (complaints == 0):
		return errors.New("a success complains, or a failure does not")
	case complaints > 0 && hints == 0:
		return errors.New("a failure has at least one hint on stderr")
	case r.Code == 2 && r.Stdout != "":
		return errors.New("a misuse is explained on stderr and nowhere else")
	}
	return nil
}

// sortLines returns the reason in stderr's one error line, and counts its notes and hints. The error comes last but for
// its hints.
func sortLines(stderr string) (reason string, notes, hints int, err error) {
	if strings.HasPrefix(stderr, "docker-credential-gitlabjob answers Docker") {
		return "", 0, 0, nil // the usage text
	}
	for line := range strings.Lines(stderr) {
		kind, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch {
		case kind == "note" && reason == "":
			notes++
		case kind == "error" && reason == "":
			reason = strings.TrimPrefix(text, "gitlabjob: ")
		case kind == "hint" && reason != "":
			hints++
		default:
			return "", 0, 0, errors.New("out of place on stderr: " + line)
		}
	}
	return reason, notes, hints, nil
}

// withoutDebug returns stderr without the lines that GITLABJOB_DEBUG=1 adds.
func withoutDebug(stderr string) string {
	var b strings.Builder
	for line := range strings.Lines(stderr) {
		if !strings.HasPrefix(line, "debug: gitlabjob: ") {
			b.WriteString(line)
		}
	}
	return b.String()
}
