package joblog

import "strings"

// refusals are the words of registries, engines and clients that mean "not with this credential", in lower case.
var refusals = []string{
	"pull access denied", "push access denied", "access denied", "http basic: access denied", "access forbidden",
	"requested access to the resource is denied", "insufficient_scope", "authorization failed",
	"authentication required", "no basic auth credentials", "invalid username/password",
	"incorrect username or password", "401 unauthorized", "unauthorized", "unauthenticated", "403 forbidden",
	"invalid status code from registry 403 (forbidden)", "denied",
}

// otherReasons are the words of a pull that fails on its way, or because there were too many; a registry that refuses
// one without credentials for its number calls it "unauthenticated", too.
var otherReasons = []string{
	"dial tcp", "no such host", "i/o timeout", "connection refused", "connection reset", "client.timeout",
	"tls handshake", "x509: ", "too many requests", "toomanyrequests", "rate limit",
}

// refused returns where in a line the refusal begins, and -1 if there is none. lower is the line in lower case. What is
// part of a name does not count ("registry.example.com/denied/app", "unauthorized-user"), and "denied" alone only where
// a clause begins with it: a file system says "permission denied".
func refused(lower string) int {
	if containsAny(lower, otherReasons) || strings.Contains(lower, "level=debug") || strings.HasPrefix(lower, "debu[") {
		return -1
	}
	first := -1
	for _, word := range refusals {
		for at := 0; ; at++ {
			i := strings.Index(lower[at:], word)
			if i < 0 {
				break
			}
			at += i
			if first >= 0 && at >= first {
				break
			}
			if stands(lower, at, len(word)) && (word != "denied" || beginsClause(lower, at)) {
				first = at
				break
			}
		}
	}
	return first
}

// stands reports whether the size bytes at a place in text are words of their own, and not a piece of a name or path.
func stands(text string, at, size int) bool {
	const inNames = "abcdefghijklmnopqrstuvwxyz0123456789-_/.@"
	before, behind := text[:at], text[at+size:]
	if before != "" && strings.IndexByte(inNames, before[len(before)-1]) >= 0 {
		return false
	}
	return behind == "" || strings.IndexByte("abcdefghijklmnopqrstuvwxyz0123456789-_/@", behind[0]) < 0
}

// beginsClause reports whether nothing, or a sign that parts clauses, stands before a place in text.
func beginsClause(text string, at int) bool {
	before := strings.TrimRight(text[:at], ` "'`)
	return before == "" || strings.IndexByte(":=*,(", before[len(before)-1]) >= 0
}

func containsAny(text string, words []string) bool {
	for _, word := range words {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}
