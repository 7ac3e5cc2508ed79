package credentials

import (
	"net/netip"
	"strconv"
	"strings"
)

// The longest name that DNS can carry, the longest label of one, and more than any client sends as a server URL.
const (
	maxName   = 253
	maxLabel  = 63
	maxRawURL = 2048
)

// Host is a registry's host, in lower case, with its port unless that is 443. Two hosts are the same registry exactly
// when they are equal, so Host may be compared with == and used as a map key. ParseHost is the only way to make one;
// the zero Host is no registry.
type Host struct{ name string }

// String returns the canonical spelling: "registry.gitlab.com", "gitlab.example.com:5050", "[::1]:5000".
func (h Host) String() string { return h.name }

// MarshalText implements encoding.TextMarshaler.
func (h Host) MarshalText() ([]byte, error) { return []byte(h.name), nil }

// UnmarshalText implements encoding.TextUnmarshaler. It takes the canonical spelling only.
func (h *Host) UnmarshalText(text []byte) error {
	parsed, err := ParseHost(string(text))
	if err == nil && parsed.name != string(text) {
		err = &BadHostError{Raw: string(text), Reason: "it is written as " + parsed.name}
	}
	*h = parsed
	return err
}

// IsZero reports whether h was not made by ParseHost.
func (h Host) IsZero() bool { return h.name == "" }

// Loopback reports whether h is this machine itself, the only place that plain http may talk to.
func (h Host) Loopback() bool {
	name, _, _ := splitPort(h.name)
	if name == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(name, "[]"))
	return err == nil && addr.Unmap().IsLoopback()
}

// ParseHost reads a registry's host from a server URL as clients write it: a bare host, host:port, an http:// or
// https:// URL, with or without a path. Letter case, the path, a line end and the port 443 make no difference.
//
// Whatever could make two programs disagree on which host is meant (user-info, a query, percent-encoding, a
// backslash, spaces, control characters, letters outside ASCII) is refused with a *BadHostError rather than guessed at.
func ParseHost(raw string) (Host, error) {
	s := strings.TrimRight(raw, "\r\n")
	if reason := unsafeText(s); reason != "" {
		return Host{}, &BadHostError{Raw: s, Reason: reason}
	}
	if scheme, rest, ok := strings.Cut(s, "://"); ok {
		if scheme = strings.ToLower(scheme); scheme != "https" && scheme != "http" {
			return Host{}, &BadHostError{Raw: s, Reason: "its scheme is neither https nor http"}
		}
		s = rest
	}
	authority, _, _ := strings.Cut(s, "/")
	name, reason := canonical(strings.ToLower(authority))
	if reason != "" {
		return Host{}, &BadHostError{Raw: raw, Reason: reason}
	}
	return Host{name: name}, nil
}

// unsafeText names what in s makes its host a matter of interpretation, or returns "".
func unsafeText(s string) string {
	if len(s) > maxRawURL {
		return "it is longer than " + strconv.Itoa(maxRawURL) + " bytes"
	}
	for _, r := range s {
		switch {
		case r <= ' ' || r == 0x7f:
			return "it has a space or control character"
		case r > 0x7f:
			return "it has a character outside ASCII, which may look like another"
		case r == '@':
			return `it has user-info (an "@")`
		case strings.ContainsRune(`%\?#`, r):
			return "it has a " + strconv.QuoteRune(r)
		}
	}
	return ""
}

// canonical returns the canonical spelling of "name" or "name:port", or the reason why there is none.
func canonical(authority string) (name, reason string) {
	name, port, ok := splitPort(authority)
	if !ok {
		return "", "its port is not a number from 1 to 65535"
	}
	if strings.HasPrefix(name, "[") {
		addr, err := netip.ParseAddr(strings.TrimSuffix(name[1:], "]"))
		if err != nil || !addr.Is6() || !strings.HasSuffix(name, "]") {
			return "", "its brackets do not hold an IPv6 address"
		}
		name = "[" + addr.String() + "]"
	} else if reason := badName(name); reason != "" {
		return "", reason
	}
	if port == "" || port == "443" {
		return name, ""
	}
	return name + ":" + port, ""
}

// splitPort splits "name:port" at the colon behind any bracket. A port that is there must be a plain number in range.
func splitPort(authority string) (name, port string, ok bool) {
	colon := strings.LastIndexByte(authority, ':')
	if colon < strings.LastIndexByte(authority, ']') || colon < 0 {
		return authority, "", true
	}
	name, port = authority[:colon], authority[colon+1:]
	n, err := strconv.ParseUint(port, 10, 16)
	return name, port, err == nil && n > 0 && port[0] != '0' && port[0] != '+'
}

// badName says what keeps name from being a DNS name or an IPv4 address, or returns "".
func badName(name string) string {
	switch {
	case name == "":
		return "it names no host"
	case len(name) > maxName:
		return "its host is longer than " + strconv.Itoa(maxName) + " bytes"
	case strings.Contains(name, ":"):
		return "an IPv6 address stands in brackets, as in [::1]:5000"
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > maxLabel || label[0] == '-' || label[len(label)-1] == '-' {
			return "its host is not a DNS name"
		}
		for _, c := range []byte(label) {
			if !inName(c) {
				return "its host has a " + strconv.QuoteRune(rune(c))
			}
		}
	}
	return ""
}

// inName reports whether c stands in DNS names, or is the underscore that container networks allow as well.
func inName(c byte) bool {
	return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_'
}

// BadHostError says why a server URL names no registry.
type BadHostError struct {
	Raw    string // as it was given; it may have a secret in it, and is never printed whole
	Reason string // "it has ...", "its host ..."
}

// Error shows of the URL what helps to find it and cannot be a secret: the run of name characters that it begins with,
// or what follows an "@". A password may stand anywhere else.
func (e *BadHostError) Error() string {
	subject := "the server URL"
	if part := showable(e.Raw); part != "" {
		subject = strconv.Quote(part)
	}
	return subject + " is not a registry host: " + e.Reason
}

func showable(raw string) string {
	const most = 100
	prefix, suffix := "", "..."
	if _, rest, ok := strings.Cut(raw, "://"); ok {
		raw = rest
	}
	if at := strings.LastIndexByte(raw, '@'); at >= 0 {
		prefix, raw = "...@", raw[at+1:]
	} else if strings.Contains(raw, "%") {
		return "" // it may stand for an "@"
	}
	end := strings.IndexFunc(raw, func(r rune) bool { return r > 0x7f || r != '.' && !inName(lower(byte(r))) })
	if end < 0 {
		end, suffix = len(raw), ""
	}
	part := raw[:min(end, most)]
	if part == "" || strings.Contains(part, "gl") && strings.Contains(part, "-") {
		return "" // nothing, or what looks like a token: glpat-..., gldt-..., glcbt-...
	}
	return prefix + part + suffix
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
