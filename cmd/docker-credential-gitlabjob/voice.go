package main

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/term"
)

// errReported means that all has been said.
var errReported = errors.New("reported")

// voice is how a verb for people speaks: results on stdout, the rest on stderr; where it shall be quiet, errors only.
type voice struct {
	w     world
	quiet bool
}

// say tells what was done.
func (v voice) say(format string, args ...any) {
	if !v.quiet {
		_, _ = fmt.Fprintln(v.w.stdout, oneLine(fmt.Sprintf(format, args...)))
	}
}

// item tells a detail of what was said last.
func (v voice) item(format string, args ...any) {
	if !v.quiet {
		_, _ = fmt.Fprintln(v.w.stdout, "  "+oneLine(fmt.Sprintf(format, args...)))
	}
}

// note is for what a person should know, and may want not to.
func (v voice) note(format string, args ...any) {
	if !v.quiet {
		v.w.note(format, args...)
	}
}

// isTerminal reports whether a person is at the other end of a stream.
func isTerminal(stream any) (*os.File, bool) {
	if s, ok := stream.(*sink); ok {
		stream = s.Writer
	}
	file, ok := stream.(*os.File)
	return file, ok && term.IsTerminal(int(file.Fd()))
}

// colours reports whether what is written to stream may have colours: on a terminal that can show them, unless the
// person does not want any (no-color.org).
func (w world) colours(stream any) bool {
	_, ok := isTerminal(stream)
	return ok && w.getenv("NO_COLOR") == "" && w.getenv("TERM") != "dumb"
}
