package main

// How the program talks to people. In the verbs of Docker's protocol all of it goes to stderr: stdout is Docker's. In
// the verbs for people, stdout has what was done or asked for, and stderr what is wrong or worth knowing.
//
//   - A success of the protocol says nothing, unless a person should know something ("note:").
//   - A failure is one "error:" line for each thing that is wrong, which names what and where, then "hint:" lines, each
//     of which names the next command to run or thing to change.
//   - No capital at the start, no period at the end. One message is one line.
//   - Every line says who speaks: it appears in the middle of Docker's own output.
//   - Libraries return typed errors; hints are attached here, at the edge (hints.go).
//   - Secrets are shown nowhere, not even in part.

import (
	"fmt"
	"io"
	"strings"
	"unicode"
)

const speaker = "gitlabjob"

// print writes a whole answer to stdout. An answer that does not arrive is a failure.
func (w world) print(answer string) int {
	if _, err := io.WriteString(w.stdout, answer); err != nil {
		w.complain("the answer could not be written to standard output: " + err.Error())
		return exitFail
	}
	return exitOK
}

// complain prints the error line and its hints.
func (w world) complain(message string, hints ...string) {
	w.say("error: " + speaker + ": " + oneLine(message) + "\n")
	for _, hint := range hints {
		w.hint(hint)
	}
}

// hint prints what to do next.
func (w world) hint(hint string) { w.say("hint: " + oneLine(hint) + "\n") }

// note tells a person something about a success.
func (w world) note(format string, args ...any) {
	w.say("note: " + speaker + ": " + oneLine(fmt.Sprintf(format, args...)) + "\n")
}

// misused is the answer to a command line that makes no sense.
func (w world) misused(message, hint string) int {
	w.complain(message, hint)
	return exitUsage
}

// tracer returns the function that prints each step of a decision, or nil when GITLABJOB_DEBUG does not ask for it.
func (w world) tracer() func(format string, args ...any) {
	if on := w.getenv("GITLABJOB_DEBUG"); on == "" || on == "0" {
		return nil
	}
	return func(format string, args ...any) {
		w.say("debug: " + speaker + ": " + oneLine(fmt.Sprintf(format, args...)) + "\n")
	}
}

func (w world) say(text string) { _, _ = io.WriteString(w.stderr, text) }

// oneLine keeps what came from outside, GitLab's words or another program's, from breaking or colouring the terminal.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r > unicode.MaxASCII && unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, strings.TrimSpace(s))
}
