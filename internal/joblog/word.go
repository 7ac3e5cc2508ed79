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
	// oldJobToken is one of before the prefix "glcbt-" (gl:app/models/ci/build.rb).
	oldJobToken = expression(`\b[0-9a-f]{1,8}_[A-Za-z0-9_-]{20}([^A-Za-z0-9_-]|$)`)
	// userInfo is what stands before the host of a URL, where a password may.
	userInfo = expression(`://[^\s"']*@`)
	// place is where in its own source gitlab-runner has given up, and after how long (runner:common/buildlogger).
	place = expression(` \([a-z0-9_]+\.go:\d+:\d+s\)$`)
)

// refusalWord returns a line from where the refusal begins, as a person should see it. What has to go goes while it can
// be told from its escapes where it ends.
func refusalWord(text string) string {
	text = place().ReplaceAllString(redact(oneline.Printable(text)), "")
	text = strings.ReplaceAll(text, `\"`, `"`)
	if strings.Count(text, `"`)%2 == 1 { // it was the end of a quoted message
		text = strings.TrimSuffix(text, `"`)
	}
	return oneline.Cut(text, mostWord)
}

// word makes a text of a log fit to be shown: one line of printable characters, at most mostWord bytes, without tokens
// and passwords. What cannot be seen goes first: once it is gone, two halves of a token may have met.
func word(text string) string {
	return oneline.Cut(redact(oneline.Printable(text)), mostWord)
}

func redact(text string) string {
	for _, secret := range labelled {
		text = secret().ReplaceAllString(text, "${1}${2}${3}${4}${5}"+redacted)
	}
	text = userInfo().ReplaceAllString(token().ReplaceAllString(text, redacted), "://"+redacted+"@")
	return oldJobToken().ReplaceAllString(text, redacted+"${1}")
}
