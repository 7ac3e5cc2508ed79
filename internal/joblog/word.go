package joblog

import (
	"regexp"
	"strings"
	"sync"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/oneline"
)

const (
	mostWord = 300 // bytes
	redacted = "[redacted]"
)

var (
	// token is what looks like a token of GitLab's, with whatever an administrator has put before its prefix, or like a
	// JSON web token.
	token = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)[a-z0-9_-]*(?:` + strings.Join(credentials.TokenPrefixes(), "|") +
			`)[a-z0-9_.=-]+|eyJ[a-z0-9_-]{8,}\.[a-z0-9_.-]+`)
	})
	// labelled is what is called a secret: in a header, a member of JSON, a parameter, a flag.
	labelled = expression(`(?i)(authorization: *(?:basic|bearer) +|` +
		`"(?:auth|[a-z_-]*(?:password|secret|token|key))" *: *"|` +
		`\b[a-z_-]*(?:password|passwd|secret|token|auth|key)=|` +
		`\s--?(?:password|token)[ =]+|\s-p +)[^\s"'&]+`)
	// oldJobToken is one of before the prefix "glcbt-" (gl:app/models/ci/build.rb).
	oldJobToken = expression(`\b[0-9a-f]{1,4}_[A-Za-z0-9_-]{20}\b`)
	// userInfo is what stands before the host of a URL, where a password may.
	userInfo = expression(`://[^\s"']*@`)
	// place is where in its own source gitlab-runner has given up, and after how long (runner:common/buildlogger).
	place = expression(` \([a-z0-9_]+\.go:\d+:\d+s\)$`)
)

// refusalWord returns a line from where the refusal begins, as a person should see it.
func refusalWord(text string) string {
	text = place().ReplaceAllString(strings.TrimRight(text, " "), "")
	text = strings.ReplaceAll(text, `\"`, `"`)
	if strings.Count(text, `"`)%2 == 1 { // it was the end of a quoted message
		text = strings.TrimSuffix(text, `"`)
	}
	return word(text)
}

// word makes a text of a log fit to be shown: one line of printable characters, at most mostWord bytes, without tokens
// and passwords. What cannot be seen goes first: once it is gone, two halves of a token may have met.
func word(text string) string {
	return oneline.Cut(redact(oneline.Printable(text)), mostWord)
}

func redact(text string) string {
	text = userInfo().ReplaceAllString(token().ReplaceAllString(text, redacted), "://"+redacted+"@")
	return oldJobToken().ReplaceAllString(labelled().ReplaceAllString(text, "${1}"+redacted), redacted)
}
