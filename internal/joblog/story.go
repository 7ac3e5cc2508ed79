package joblog

import (
	"bytes"
	"strings"
)

// telling are pieces of every text that a line must have to be of interest, in lower case; most lines have none.
var telling = [][]byte{
	[]byte("auth"), []byte("denied"), []byte("forbidden"), []byte("scope"), []byte("username"), []byte("pull"),
	[]byte("push"), []byte("image"), []byte("metadata for"), []byte(": from "), []byte("gitlab-runner"),
}

// story is what has been read of a log so far. What it keeps of a line is taken apart at the end: a refusal may come a
// million times.
type story struct {
	runner    string
	now       named
	expecting bool // a source was said, the image that it is for comes next
	last      *sighting
	untold    *sighting // a pull that has failed without a reason
	explained bool      // the log has another reason for that
	lower     []byte    // room for a line in lower case
}

// sighting is a line with a refusal in it.
type sighting struct {
	line   string
	at     int // where the refusal begins
	client string
	before named
}

// versionForm is what a gitlab-runner that was not built from a branch has for a version: "18.3.0~pre.5.gabc", too.
var versionForm = expression(`^[0-9]{1,4}\.[0-9]{1,4}[0-9A-Za-z.~+-]{0,40}$`)

const (
	versionLine = "Running with gitlab-runner "
	sourceLine  = "Authenticating with credentials from "
	backOff     = `Back-off pulling image "`
)

// line takes in the next line of a log.
func (s *story) line(raw []byte) {
	s.lower = lowered(s.lower[:0], raw)
	if !tells(s.lower) {
		return
	}
	line, lower := string(raw), string(s.lower)
	if _, version, ok := strings.Cut(line, versionLine); ok && s.runner == "" {
		if version = firstWord(version); versionForm().MatchString(version) && redact(version) == version {
			s.runner = version
		}
		return
	}
	if _, source, ok := strings.Cut(line, sourceLine); ok {
		s.now.source, s.expecting = source, true
		return
	}
	if at := refused(lower); at >= 0 {
		if client, ok := speaker(line, lower, s.now); ok {
			s.last = &sighting{line: line, at: at, client: client, before: s.now}
			return
		}
	}
	s.other(line)
}

// other takes in a line that is no refusal.
func (s *story) other(line string) {
	if at := strings.Index(line, backOff); at >= 0 {
		name, reason, _ := strings.Cut(line[at+len(backOff):], `"`)
		if !strings.HasPrefix(reason, ": ") {
			s.untold = &sighting{line: line[:at] + backOff + name + `"`, at: at, client: runner, before: s.now}
			return
		}
	}
	if containsAny(line, []string{"ErrImagePull", "ailed to pull image ", "image pull failed: "}) {
		s.explained = true
		return
	}
	if n, ok := announced(line); ok {
		if s.expecting {
			n.source = s.now.source
		}
		s.now, s.expecting = n, false
	}
}

// end returns what the log has told.
func (s *story) end() (Refusal, error) {
	seen := s.last
	if seen == nil && !s.explained {
		seen = s.untold
	}
	if seen == nil {
		return Refusal{}, ErrNoRefusal
	}
	r := Refusal{
		Image: seen.image(), Word: refusalWord(seen.line[seen.at:]), Runner: s.runner, Client: seen.client,
	}
	if seen.client == runner {
		r.Source = word(seen.before.source)
	}
	return r, nil
}

// tells reports whether a line could be of interest. Commands are, whatever they are.
func tells(lower []byte) bool {
	if lower[0] == '$' || lower[0] == '+' {
		return true
	}
	for _, piece := range telling {
		if bytes.Contains(lower, piece) {
			return true
		}
	}
	return false
}

// lowered appends text in lower case to room. Only ASCII changes, so that places in both are the same.
func lowered(room, text []byte) []byte {
	room = append(room, text...)
	for i, b := range room {
		if 'A' <= b && b <= 'Z' {
			room[i] = b + 'a' - 'A'
		}
	}
	return room
}
