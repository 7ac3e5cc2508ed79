package main

import (
	"context"
	"errors"

	"github.com/spf13/pflag"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// statusOptions are what the command line says.
type statusOptions struct {
	host               credentials.Host // zero: all
	check, json, quiet bool
}

const statusHelp = `Show what is kept, in which vault and until when; in a job, the job's own token as well.

It asks nobody but the vaults, whether they still have what was put there. With --check it asks GitLab
about each token once, and writes down what GitLab says: a token that it calls expired or revoked is
refused from then on, and one of unknown expiry is good for another 30 days.

The states: valid; expiring (7 days left or less); expired; revoked; unverified (GitLab has never said
that it takes it, or too long ago). The exit code is 1 when a kept token is expired or revoked, or
cannot be served for another reason; a job's dead token and a GitLab that is out of reach are only
noted, as is a vault that is locked, unless --check could not ask about its tokens for that.

--json prints an array of objects, all of which have these members:
  host, aliases (where the token answers as well), username, kind, token_name, scopes,
  expires_at (RFC 3339 in UTC, or null), expiry_known (of a token that never expires it is true, and
  expires_at is null), state, days_left (null without expires_at), vault (os, kernel, helper:NAME, or
  "" for a job token), gitlab_url, verified_at (null: never);
and "problem" where there is one: why the token cannot be served, or could not be looked at.`

const statusExamples = `  docker-credential-gitlabjob status
  docker-credential-gitlabjob status --check --quiet      # in a timer: the exit code tells
  docker-credential-gitlabjob status --json | jq -r '.[] | select(.days_left != null and .days_left < 14) | .host'`

func statusVerb(w world) humanVerb {
	var o statusOptions
	flags := pflag.NewFlagSet("status", pflag.ContinueOnError)
	flags.BoolVar(&o.check, "check", false, "ask GitLab about each token")
	flags.BoolVar(&o.json, "json", false, "print JSON")
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "print errors only")
	return humanVerb{
		use: "status [HOST]", long: statusHelp, examples: statusExamples, flags: flags,
		run: func(ctx context.Context, words []string) (int, error) {
			switch {
			case len(words) > 1:
				return exitUsage, errOneHost
			case o.json && o.quiet:
				return exitUsage, errors.New("--quiet leaves out what --json is to print: leave out one of them")
			case len(words) == 1:
				var err error
				if o.host, err = parseRegistry(words[0]); err != nil {
					return w.exit(err), nil
				}
			}
			if o.check {
				ctx = keyring.Patiently(ctx)
			}
			return w.exit(w.status(ctx, o)), nil
		},
	}
}
