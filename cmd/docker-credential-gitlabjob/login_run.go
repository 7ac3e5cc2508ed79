package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/cli/browser"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlab"
)

// defaultRegistry is GitLab.com's.
const defaultRegistry = "registry.gitlab.com"

// login is one run of the verb.
type login struct {
	voice

	o       loginOptions
	request credentials.LoginRequest
	helper  *credentials.Helper
}

func (l *login) run(ctx context.Context) (err error) {
	if l.request.Host, err = l.w.only(ctx, l.o.host, defaultRegistry); err != nil {
		return err
	}
	l.request.Username, l.request.GitLab = l.o.username, l.o.gitlab
	if _, terminal := isTerminal(l.w.stdin); !terminal && !l.o.stdin {
		return errNoTerminal
	}
	shown := l.newProgress()
	defer shown.end()
	l.helper = newPeopleHelper(l.voice, shown)
	if err := l.helper.Keeper.Ready(ctx); err != nil {
		return err // before anybody goes and makes a token
	}
	if l.request.Secret, err = l.token(ctx, shown); err != nil {
		return err
	}
	kept, err := l.helper.Login(ctx, l.request)
	shown.end()
	if err != nil {
		return l.hinted(err)
	}
	l.tell(ctx, kept)
	return l.offer(ctx, kept)
}

// hinted adds what the flags of this verb can do about err.
func (l *login) hinted(err error) error {
	var refused *credentials.RefusedError
	var hint string
	switch {
	case errors.As(err, new(*credentials.UnreachableError)):
		hint = "say with --expires DATE when it expires, and it is kept without being asked about"
	case errors.As(err, new(*credentials.NotGitLabError)) && l.o.gitlab == "":
		hint = "say with --gitlab URL which GitLab the registry belongs to"
	case errors.As(err, &refused) && refused.Why == credentials.RefusedUnknown && l.o.username == "":
		hint = "a deploy token needs its own username: --username NAME"
	default:
		return err
	}
	return &hintedError{err: err, hints: []string{hint}}
}

// token returns the token, from standard input or from the person at the terminal.
func (l *login) token(ctx context.Context, shown *progress) (credentials.Secret, error) {
	if _, terminal := isTerminal(l.w.stdin); l.o.stdin && !terminal {
		return readToken(l.w.stdin)
	}
	if !l.o.stdin {
		if base := l.base(ctx, shown); base != "" {
			l.offerPage(gitlab.TokenPage(base))
		}
	}
	token, err := l.w.askSecret(ctx, "token for "+l.request.Host.String()+", which is not shown: ")
	if err == nil && token.Empty() {
		err = noToken("no token was typed")
	}
	return token, err
}

// noToken is the error where there should be a token, and one only.
func noToken(reason string) error {
	hint := "run the same command again, and give it one token in one line"
	return &hintedError{err: errors.New(reason), hints: []string{hint}}
}

// readToken reads a token from standard input: one line, of which the end does not matter.
func readToken(stdin io.Reader) (credentials.Secret, error) {
	text, err := io.ReadAll(io.LimitReader(stdin, maxInput+1))
	token := strings.TrimSpace(string(text))
	switch {
	case len(text) > maxInput:
		return credentials.Secret{}, noToken(fmt.Sprintf("standard input has more than %d bytes", maxInput))
	case err != nil:
		return credentials.Secret{}, noToken("standard input cannot be read: " + err.Error())
	case token == "":
		return credentials.Secret{}, noToken("there is no token on standard input")
	case strings.ContainsAny(token, "\r\n"):
		return credentials.Secret{}, noToken("standard input has more than one line")
	}
	return credentials.NewSecret(token), nil
}

// base returns the URL of the GitLab whose page makes tokens, or "" where nobody can tell it.
func (l *login) base(ctx context.Context, shown *progress) string {
	if l.o.gitlab != "" {
		return l.o.gitlab
	}
	if kept, err := l.helper.Keeper.Find(ctx, l.request.Host); err == nil && kept.Life.GitLab != "" {
		return kept.Life.GitLab
	}
	shown.step("asking " + l.request.Host.String() + " which GitLab it belongs to")
	base, err := l.w.newClient(nil).Base(ctx, l.request.Host)
	shown.end()
	if err != nil {
		l.note("%v", err) // what becomes of the token is for the login to say
	}
	return base
}

// offerPage lets a person make a token. Over SSH, and where there is no screen, no browser would be seen.
func (l *login) offerPage(page string) {
	if !l.screen() || !l.o.web && !l.w.agrees("open the page that makes a token in the browser?") {
		l.w.say("make a token at " + page + "\n")
		return
	}
	if openPage(page) != nil {
		l.w.say("the browser cannot be started; make a token at " + page + "\n")
	}
}

// openPage starts the browser, and does not wait for its end: xdg-open may be the browser itself. Nor does the browser
// get a pipe for what it says, whose end would be waited for, and which breaks when this program ends.
func openPage(page string) error {
	const soon = time.Second
	browser.Stdout, browser.Stderr = nil, nil
	failed := make(chan error, 1)
	go func() { failed <- browser.OpenURL(page) }()
	select {
	case err := <-failed:
		return err
	case <-time.After(soon):
		return nil
	}
}

// screen reports whether a browser that is started here would be seen by the person at the terminal.
func (l *login) screen() bool {
	for _, name := range []string{"SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"} {
		if l.w.getenv(name) != "" {
			return false
		}
	}
	return hasScreen(l.w.getenv)
}
