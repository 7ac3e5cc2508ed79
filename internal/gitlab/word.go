package gitlab

import (
	"strconv"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/oneline"
)

// maxWord bounds the text of a server that people get to see, in bytes.
const maxWord = 300

// word makes the text of a server fit to be shown: one line of printable characters, at most maxWord bytes, in which
// none of hide stands. What is not printable goes first: once it is gone, two halves of a secret may have met.
func word(text string, hide ...string) string {
	text = oneline.Printable(text)
	hide = visible(hide)
	for _, form := range hide {
		text, _ = redact(text, form)
	}
	text = strings.ToValidUTF8(text, "") // A secret need not end where a character does.
	text = oneline.Cut(text, maxWord)
	for _, form := range hide {
		if _, found := redact(text, form); found {
			return "" // The secret is part of the mark that was to replace it.
		}
	}
	return text
}

// quoted returns text as word makes it, in quotes.
func quoted(text string, hide ...string) string { return strconv.Quote(word(text, hide...)) }

// tidyError is an error of the network whose text is a word. Servers can speak through those errors too: net/http
// quotes the status line that it could not read.
type tidyError struct {
	text string
	err  error
}

func tidied(err error, hide []string) error {
	return &tidyError{text: word(err.Error(), hide...), err: err}
}

// Error implements error.
func (e *tidyError) Error() string { return e.text }

// Unwrap returns the error as it came, so that callers can tell a deadline from a refused connection.
func (e *tidyError) Unwrap() error { return e.err }
