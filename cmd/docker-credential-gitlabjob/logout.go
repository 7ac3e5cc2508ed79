package main

import (
	"context"
	"errors"

	"github.com/spf13/pflag"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// logoutOptions are what the command line says.
type logoutOptions struct {
	host               string // "": the only one that is kept
	all, revoke, quiet bool
}

const logoutHelp = `Remove what is kept for a registry.

With --revoke GitLab makes the token worthless first, for every registry and machine that has it. Where
GitLab does not do that, the token stays kept, so that you can try again. It is no error when nothing
is kept.

HOST: the registry; it may be left out where a token is kept for only one.`

const logoutExamples = `  docker-credential-gitlabjob logout registry.example.com
  docker-credential-gitlabjob logout --all --revoke`

func logoutVerb(w world) humanVerb {
	var o logoutOptions
	flags := pflag.NewFlagSet("logout", pflag.ContinueOnError)
	flags.BoolVar(&o.all, "all", false, "remove what is kept for every registry")
	flags.BoolVar(&o.revoke, "revoke", false, "have GitLab revoke the token as well")
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "print errors only")
	return humanVerb{
		use: "logout [HOST]", long: logoutHelp, examples: logoutExamples, flags: flags,
		run: func(ctx context.Context, words []string) (int, error) {
			switch {
			case len(words) > 1:
				return exitUsage, errOneHost
			case len(words) == 1 && o.all:
				return exitUsage, errors.New("--all is for every registry: leave out the one that is named")
			case len(words) == 1:
				o.host = words[0]
			}
			return w.exit(w.logout(keyring.Patiently(ctx), o)), nil
		},
	}
}

func (w world) logout(ctx context.Context, o logoutOptions) error {
	v := voice{w: w, quiet: o.quiet}
	shown := v.newProgress()
	defer shown.end()
	helper := newPeopleHelper(v, shown)
	var all []credentials.Kept
	var err error
	if o.all {
		all, err = helper.Keeper.All(ctx)
	} else {
		all, err = w.oneKept(ctx, helper, o.host)
	}
	if err != nil {
		return err
	}
	var p problems
	gone := make(map[credentials.Host]bool)
	for _, k := range all {
		if gone[k.Host] {
			continue // it had the same token as one that was revoked
		}
		removed, err := helper.Logout(ctx, k, o.revoke)
		shown.end()
		for _, k := range removed {
			gone[k.Host] = true
			v.say("%s", removedText(k, o.revoke))
		}
		if err != nil {
			p.add(err)
		}
	}
	if len(all) == 0 {
		v.say("nothing is kept%s", forWord(o.host))
	}
	return w.complainAll(p.all)
}

// oneKept returns what is kept for the registry that a word names, or the only one: nothing, or one.
func (w world) oneKept(ctx context.Context, helper *credentials.Helper, word string) ([]credentials.Kept, error) {
	host, err := w.only(ctx, word, "")
	if errors.Is(err, errNothingKept) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	k, err := helper.Keeper.Find(ctx, host)
	if errors.Is(err, credentials.ErrNotKept) {
		return nil, helper.Keeper.Forget(ctx, host) // what a write that was cut short may have left
	}
	return []credentials.Kept{k}, err
}

// forWord says for which registry, as far as a word names one.
func forWord(word string) string {
	host, err := parseRegistry(word)
	if err != nil {
		return ""
	}
	return " for " + host.String()
}

func removedText(k credentials.Kept, revoked bool) string {
	name := ""
	if k.Life.Name != "" {
		name = " " + quote(k.Life.Name)
	}
	text := k.Host.String() + ": removed the token" + name + " of " + k.Username + " from the vault " + quote(k.Vault)
	if revoked {
		text += ", and GitLab has revoked it"
	}
	return text
}
