package joblog

import (
	"regexp"
	"sync"
)

// expression returns a regular expression that is compiled when it is first asked for. All of them together take
// 0.3 ms, which every start of the program would pay for, and only this package's callers need.
func expression(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}
