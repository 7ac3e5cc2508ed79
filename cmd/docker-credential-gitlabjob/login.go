package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/pflag"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlab"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// loginOptions are what the command line says.
type loginOptions struct {
	host                      string // "": the default
	username, expires, gitlab string
	stdin, web, quiet         bool
}

const loginHelp = `Keep a token for a registry, once GitLab has said that it is good.

The token comes from standard input, or is typed at a prompt that does not show it. It is kept in the
operating system's keyring (see GITLABJOB_KEYRING in "help"), never in a file in plaintext, and is
refused once it has expired. A personal, group or project access token needs the scopes read_registry
and write_registry, and self_rotate for "rotate". Use one token on one machine only: rotating it
ends it everywhere else.

HOST: the registry. Without it, the only one that a token is kept for; registry.gitlab.com where none is.`

const loginExamples = `  docker-credential-gitlabjob login                  # registry.gitlab.com, at a prompt
  docker-credential-gitlabjob login --token-stdin registry.example.com < token.txt
  docker-credential-gitlabjob login --username gitlab+deploy-token-1 --expires 2027-06-30 registry.example.com`

func loginVerb(w world) humanVerb {
	var o loginOptions
	flags := pflag.NewFlagSet("login", pflag.ContinueOnError)
	flags.BoolVar(&o.stdin, "token-stdin", false, "read the token from standard input")
	flags.BoolVar(&o.web, "web", false, "open the page that makes a token straight away; over SSH,\nprint its address")
	flags.StringVarP(&o.username, "username", "u", "",
		"the `NAME` to log in with; a deploy token needs its own\n(default: the token's own user, else oauth2)")
	flags.StringVar(&o.expires, "expires", "",
		"the day (`DATE`, as 2027-06-30, UTC) on which it expires, as\nGitLab shows it: for what GitLab cannot tell, or "+
			"is\nout of reach for")
	flags.StringVar(&o.gitlab, "gitlab", "",
		"the `URL` of GitLab itself, which is asked in place of the\nregistry; that one need not answer then")
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "print errors only")
	return humanVerb{
		use: "login [HOST]", long: loginHelp, examples: loginExamples, flags: flags,
		run: func(ctx context.Context, words []string) (int, error) {
			expires, err := dateFlag("expires", o.expires, w.now())
			if err == nil && o.gitlab != "" {
				o.gitlab, err = gitlab.ParseBase(o.gitlab)
			}
			switch {
			case err != nil:
				return exitUsage, err
			case len(words) > 1:
				return exitUsage, errOneHost
			case o.stdin && o.web:
				return exitUsage, errors.New("--web is for the prompt: leave out --token-stdin")
			case len(words) == 1:
				o.host = words[0]
			}
			l := &login{voice: voice{w: w, quiet: o.quiet}, o: o}
			l.request.Expires = expires
			return w.exit(l.run(keyring.Patiently(ctx))), nil
		},
	}
}

var (
	errOneHost = errors.New("this takes one registry at a time")
	errWhich   = errors.New("tokens are kept for several registries, and it is not said which one is meant")
)

// dateFlag reads a flag's day. One that has begun is refused before anybody is asked: GitLab would take it.
func dateFlag(name, value string, now time.Time) (time.Time, error) {
	if value == "" {
		return time.Time{}, nil
	}
	at, err := credentials.DateExpiry(value)
	switch {
	case err != nil:
		return time.Time{}, errors.New("--" + name + " takes a date of the form YYYY-MM-DD, as 2027-06-30")
	case !now.Before(at.Add(-credentials.ExpiryMargin)):
		return time.Time{}, errors.New("--" + name + ": that day has begun already (in UTC)")
	}
	return at, nil
}

// exit complains about err, and returns the exit code.
func (w world) exit(err error) int {
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errInterrupted):
		return exitInterrupted
	case errors.Is(err, errReported):
		return exitFail
	}
	w.complain(err.Error(), hintsFor(err)...)
	if errors.Is(err, errNoTerminal) || errors.Is(err, errNoRegistry) || errors.Is(err, errWhich) {
		return exitUsage
	}
	return exitFail
}

// only returns the registry that a word names, or the only one that a token is kept for, or otherwise where none is.
func (w world) only(ctx context.Context, word, otherwise string) (credentials.Host, error) {
	if word != "" {
		return parseRegistry(word)
	}
	all, err := w.newHelper(nil, nil).Keeper.All(ctx)
	switch {
	case err != nil:
		return credentials.Host{}, err
	case len(all) == 1:
		return all[0].Host, nil
	case len(all) > 1:
		return credentials.Host{}, errWhich
	case otherwise == "":
		return credentials.Host{}, errNothingKept
	}
	return credentials.ParseHost(otherwise)
}

var errNothingKept = errors.New("no token is kept for any registry")
