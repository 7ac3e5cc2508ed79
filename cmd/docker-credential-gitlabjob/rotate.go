package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/pflag"

	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// rotateOptions are what the command line says.
type rotateOptions struct {
	host       string // "": the only one that is kept
	expires    time.Time
	within     int // days; -1: whenever it expires
	all, quiet bool
}

const rotateHelp = `Have GitLab replace a kept token by a new one.

The old token is worthless from then on, on every machine that has it: use one token on one machine.
The new one is kept in the place of the old one before anything else happens, for every registry that
had it. It needs the scope self_rotate, or api.

HOST: the registry; it may be left out where a token is kept for only one.`

const rotateExamples = `  docker-credential-gitlabjob rotate
  docker-credential-gitlabjob rotate --all --within 14 --quiet      # in a timer, every day
  docker-credential-gitlabjob rotate --expires 2027-06-30 registry.example.com`

func rotateVerb(w world) humanVerb {
	o := rotateOptions{}
	var expires string
	flags := pflag.NewFlagSet("rotate", pflag.ContinueOnError)
	flags.StringVar(&expires, "expires", "",
		"the day (`DATE`, as 2027-06-30, UTC) on which the new token\nexpires (default: it lives as long as the old one "+
			"did, at\nmost 365 days)")
	flags.IntVar(&o.within, "within", -1, "do nothing unless the token expires within so many `DAYS`")
	flags.BoolVar(&o.all, "all", false, "rotate every token that is kept")
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "print errors only")
	return humanVerb{
		use: "rotate [HOST]", long: rotateHelp, examples: rotateExamples, flags: flags,
		run: func(ctx context.Context, words []string) (int, error) {
			var err error
			o.expires, err = dateFlag("expires", expires, w.now())
			switch {
			case err != nil:
				return exitUsage, err
			case flags.Changed("within") && o.within < 0:
				return exitUsage, errors.New("--within takes a number of days, 0 or more")
			case len(words) > 1:
				return exitUsage, errOneHost
			case len(words) == 1 && o.all:
				return exitUsage, errors.New("--all is for every token: leave out the registry")
			case len(words) == 1:
				o.host = words[0]
			}
			return w.exit(w.rotate(keyring.Patiently(ctx), o)), nil
		},
	}
}
