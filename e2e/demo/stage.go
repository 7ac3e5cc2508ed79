package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

const width = 100 // columns

// stage is where the story is shown. It types commands, prints what they print, and lets no secret through.
type stage struct {
	out     io.Writer
	colour  bool
	home    *kit.Home
	secrets []string
	step    string // the last heading
}

// title prints the first line of all.
func (s *stage) title(text string) { s.print(s.styled(bold, text) + "\n") }

// heading begins a step of the story.
func (s *stage) heading(text string) {
	s.step = text
	s.print("\n" + s.styled(bold, text) + "\n")
}

// say prints a remark.
func (s *stage) say(text string) { s.print("\n" + wrap(text, "  ")) }

// conclude prints what has been proved.
func (s *stage) conclude(text string) {
	s.print("\n" + s.styled(green, strings.TrimSuffix(wrap("-> "+text, "  "), "\n")) + "\n")
}

// typeLine prints a command line.
func (s *stage) typeLine(line string) {
	s.print("\n  $ " + s.styled(bold, s.redact(line)) + "\n")
}

// output prints what a command printed.
func (s *stage) output(text string) {
	for line := range strings.Lines(s.redact(text)) {
		line = strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "\t", "  ")
		s.print(wrap(line, "    "))
	}
}

// file shows a file of the home as `cat` would, and returns its text.
func (s *stage) file(path string) (string, error) {
	s.typeLine("cat " + path)
	data, err := os.ReadFile(path)
	if err != nil {
		return "", s.failed("cat "+path, "a file", err.Error())
	}
	s.output(string(data))
	return string(data), nil
}

// outcome is how a command of the story has to end.
type outcome struct {
	code int
	text string // stands in what it prints; empty: it prints nothing
}

// run types a command line and runs it, with stdin piped in, and holds it against what the story says.
func (s *stage) run(ctx context.Context, want outcome, stdin, name string, args ...string) error {
	line := strings.Join(append([]string{name}, args...), " ")
	if stdin != "" {
		line = "echo '" + stdin + "' | " + line
	}
	s.typeLine(line)
	got, err := s.home.Run(ctx, stdin, name, args...)
	if err != nil {
		return s.failed(line, "it to run", err.Error())
	}
	printed := got.Stdout + got.Stderr
	s.output(printed)
	if got.Code != 0 {
		s.print("    " + s.styled(red, fmt.Sprintf("[exit status %d]", got.Code)) + "\n")
	}
	if got.Code != want.code || !strings.Contains(printed, want.text) || want.text == "" && printed != "" {
		return s.failed(line, fmt.Sprintf("exit status %d and %q", want.code, want.text),
			fmt.Sprintf("exit status %d and %q", got.Code, printed))
	}
	return nil
}

// failed says which step went otherwise than the story says, and how.
func (s *stage) failed(what, expected, got string) error {
	return fmt.Errorf("step %q, %s\n  expected: %s\n  got:      %s",
		s.step, s.redact(what), s.redact(expected), s.redact(got))
}

// redact takes the secrets out of a text, and calls the home directory as its user would.
func (s *stage) redact(text string) string {
	for _, secret := range s.secrets {
		text = strings.ReplaceAll(text, secret, "[redacted]")
	}
	if s.home != nil {
		text = strings.ReplaceAll(text, s.home.Dir, "~")
	}
	return text
}

func (s *stage) print(text string) { _, _ = io.WriteString(s.out, text) }
