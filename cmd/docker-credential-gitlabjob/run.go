package main

import (
	"context"
	"io"
	"io/fs"
	"strings"
	"time"

	dch "github.com/docker/docker-credential-helpers/credentials"
)

// world is everything outside of the program.
type world struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	now            func() time.Time
	root           fs.FS // the machine's files, for what is looked up at places of the system
}

// Exit codes.
const (
	exitOK    = 0
	exitFail  = 1 // also "nothing kept": the protocol has no other code
	exitUsage = 2

	exitInterrupted = 130 // as a shell says it of Ctrl-C
)

const usage = `docker-credential-gitlabjob answers Docker with the right GitLab credential: the CI job's own
token inside a job, else a token from the operating system's keyring while it is good.

Usage: docker-credential-gitlabjob VERB

For people:
  login [HOST]         keep a token for a registry, once GitLab has said that it is good
  status [HOST]        show what is kept and until when; --check asks GitLab
  rotate [HOST]        have GitLab replace a kept token by a new one
  logout [HOST]        remove what is kept; --revoke makes it worthless as well
  configure [HOST...]  make Docker ask this helper, and take plaintext out of its config file
  doctor [IMAGE|HOST]  which credential each client really uses, why it is refused, what mends it
  help VERB            say more about one of these
  version              print name, version and revision
  help                 print this

For Docker, which runs it once it is configured:
  get      print the credential for the registry on standard input
  store    keep the credential on standard input, once GitLab has said that it is good
  erase    remove what is kept for the registry on standard input
  list     print which registries "get" would answer for now

Environment:
  CI_JOB_TOKEN, CI_REGISTRY, CI_DEPENDENCY_PROXY_SERVER   set by GitLab in every job
  GITLABJOB_HOSTS      further hosts that the job token may go to, separated by commas
  GITLABJOB_KEYRING    where new tokens are kept: os; kernel (Linux, until it goes down); auto
                       (default: os where there is one, else kernel); helper:NAME (in
                       docker-credential-NAME); none keeps and serves no token at all
  GITLABJOB_ON_MISS    error or not-found: the one answer for "nothing kept" and "expired"
  GITLABJOB_OPTIONAL   1 lets "configure" in a job warn where it would fail
  GITLABJOB_STATE_DIR  where the catalogue of kept hosts lies (it has no secrets)
  GITLABJOB_DEBUG      1 explains each decision on stderr, without secrets
`

// run is the program: it takes the words of the command line and returns the exit code.
func run(ctx context.Context, args []string, w world) int {
	if len(args) == 0 {
		w.say(usage)
		return exitUsage
	}
	verb := args[0]
	switch {
	case humanVerbs(verb) != nil:
		return human(ctx, args, w)
	case verb == "help" && humanVerbs(strings.Join(args[1:], " ")) != nil:
		return human(ctx, append(args[1:], "--help"), w)
	case verb == "help" && len(args) > 1:
		return w.misused("there is no help for that", "run: "+program+" help")
	case len(args) > 1:
		return w.misused("a verb stands alone on the command line", "the registry or credential comes on standard input")
	}
	switch verb {
	case dch.ActionGet, dch.ActionStore, dch.ActionErase, dch.ActionList:
		return protocol(ctx, verb, w)
	case dch.ActionVersion, "--version", "-v":
		return w.print(version() + "\n")
	case "help", "--help", "-h":
		return w.print(usage)
	}
	// It is not repeated: it may be a token that was pasted in the wrong place.
	return w.misused("the word on the command line is no verb of this program", "run: docker-credential-gitlabjob help")
}
