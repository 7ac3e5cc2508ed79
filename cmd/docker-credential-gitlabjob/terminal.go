package main

import (
	"bufio"
	"context"
	"errors"
	"os/signal"
	"strings"

	"golang.org/x/term"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

var (
	errInterrupted = errors.New("interrupted")
	errNoTerminal  = errors.New("standard input is no terminal")
)

// ask asks a person something and returns the answer without its line end.
func (w world) ask(question string) (string, error) {
	in, ok := isTerminal(w.stdin)
	if !ok {
		return "", errNoTerminal
	}
	w.say(question)
	line, err := bufio.NewReader(in).ReadString('\n') // a terminal gives one line at a time
	return strings.TrimSpace(line), err
}

// agrees asks a person a question to which yes is the likely answer.
func (w world) agrees(question string) bool {
	answer, err := w.ask(question + " [Y/n] ")
	answer = strings.ToLower(answer)
	return err == nil && (answer == "" || answer == "y" || answer == "yes")
}

// askSecret asks a person for something that is not shown. Whatever ends it, the terminal shows what is typed again.
func (w world) askSecret(ctx context.Context, question string) (credentials.Secret, error) {
	in, ok := isTerminal(w.stdin)
	if !ok {
		return credentials.Secret{}, errNoTerminal
	}
	fd := int(in.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return credentials.Secret{}, err
	}
	ctx, stop := signal.NotifyContext(ctx, ending...)
	defer stop()
	defer stayInFront()()
	w.say(question)
	type typed struct {
		line []byte
		err  error
	}
	done := make(chan typed, 1)
	go func() {
		line, err := term.ReadPassword(fd)
		done <- typed{line, err}
	}()
	defer w.say("\n") // the Enter was not shown either
	select {
	case t := <-done:
		return credentials.NewSecret(strings.TrimSpace(string(t.line))), t.err
	case <-ctx.Done():
		return credentials.Secret{}, errors.Join(errInterrupted, term.Restore(fd, before))
	}
}
