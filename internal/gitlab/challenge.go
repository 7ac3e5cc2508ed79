package gitlab

import "strings"

// challenge is one challenge of a WWW-Authenticate header (RFC 9110, 11.6.1).
type challenge struct {
	scheme string            // in lower case
	params map[string]string // names in lower case, values without their quotes
}

// parseChallenges reads all challenges of all the header's values. Where a value stops making sense, the challenge that
// it breaks off in is left out with the rest; one that names a parameter twice is broken as well, because two readers
// could disagree on which counts.
func parseChallenges(values []string) []challenge {
	var all []challenge
	for _, value := range values {
		all = append(all, parseValue(value)...)
	}
	return all
}

func parseValue(value string) []challenge {
	var found []challenge
	broken := func() []challenge { return found[:max(len(found)-1, 0)] }
	s := scanner{rest: value}
	start := true   // at the beginning, or right behind a scheme, where no comma is due
	closed := false // the scheme has a token68, and so no parameters
	for {
		comma := s.separator()
		if s.rest == "" {
			return found
		}
		name := strings.ToLower(s.run(isTokenChar))
		if name == "" || !comma && !start {
			return broken()
		}
		if !s.equals() {
			if !comma && len(found) > 0 {
				return broken()
			}
			found = append(found, challenge{scheme: name, params: map[string]string{}})
			start, closed = true, s.token68()
			continue
		}
		value, ok := s.value()
		if !ok || closed || len(found) == 0 {
			return broken()
		}
		params := found[len(found)-1].params
		if _, twice := params[name]; twice {
			return broken()
		}
		params[name] = value
		start = false
	}
}

// scanner reads from the front of rest.
type scanner struct{ rest string }

// separator skips spaces and commas, and reports whether there was a comma.
func (s *scanner) separator() bool {
	before := s.rest
	s.rest = strings.TrimLeft(s.rest, " \t,")
	return strings.Contains(before[:len(before)-len(s.rest)], ",")
}

// run reads the characters that are in set.
func (s *scanner) run(set func(byte) bool) string {
	n := 0
	for n < len(s.rest) && set(s.rest[n]) {
		n++
	}
	run := s.rest[:n]
	s.rest = s.rest[n:]
	return run
}

// equals reads "=" with the spaces around it, if that is what follows.
func (s *scanner) equals() bool {
	rest, ok := strings.CutPrefix(strings.TrimLeft(s.rest, " \t"), "=")
	if ok {
		s.rest = strings.TrimLeft(rest, " \t")
	}
	return ok
}

// value reads a token or a quoted string.
func (s *scanner) value() (string, bool) {
	if !strings.HasPrefix(s.rest, `"`) {
		token := s.run(isTokenChar)
		return token, token != ""
	}
	var text strings.Builder
	for i := 1; i < len(s.rest); i++ {
		switch s.rest[i] {
		case '"':
			s.rest = s.rest[i+1:]
			return text.String(), true
		case '\\':
			if i++; i == len(s.rest) {
				return "", false
			}
		}
		text.WriteByte(s.rest[i])
	}
	return "", false
}

// token68 skips what some schemes have in place of parameters, base64 up to the next comma, and reports whether there
// was any.
func (s *scanner) token68() bool {
	ahead := scanner{rest: strings.TrimLeft(s.rest, " \t")}
	ahead.run(func(c byte) bool { return isTokenChar(c) || c == '/' })
	ahead.run(func(c byte) bool { return c == '=' })
	ahead.rest = strings.TrimLeft(ahead.rest, " \t")
	if ahead.rest != "" && ahead.rest[0] != ',' {
		return false
	}
	some := strings.Trim(s.rest[:len(s.rest)-len(ahead.rest)], " \t") != ""
	s.rest = ahead.rest
	return some
}

// isTokenChar reports whether c may stand in a token (RFC 9110, 5.6.2).
func isTokenChar(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' ||
		strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
}
