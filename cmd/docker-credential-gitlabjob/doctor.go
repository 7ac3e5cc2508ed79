package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/pflag"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/clients"
)

// doctorOptions are what the command line says.
type doctorOptions struct {
	image                                     *clients.Image // nil: all that matters
	user                                      string
	online, fix, force, yes, json, quiet, log bool
}

const doctorHelp = `Say which credential each client really goes to a GitLab registry with, why it is refused, and what
mends that.

It looks at Docker's config files, podman's auth.json files, DOCKER_AUTH_CONFIG, gitlab-runner's config.toml
and service, this helper and its vault: for the current user, and as root for every user with a home. For
docker, gitlab-runner, podman (skopeo, buildah), crane (ko, kaniko), BuildKit and oras (helm) it shows the
credential that wins, where it stands, what it hides, and whether it is still good. Nothing is changed and
no network is touched, unless --fix or --online ask for it.

IMAGE or HOST: an image, or a registry. Without one: the job's registries, those that a token is kept for,
and those that a file has a GitLab's token, or this helper, for.

--online asks GitLab about each credential that is not dead by its own word: once, only the GitLab of the
credential's own registry, and none that has refused a dozen in this run, so that no ban is earned.

--fix mends what is safe, as "configure" does, in all files that are shown: what is dead goes, what is good
moves to the vault where its client will find it there, nothing is ever copied to another file. It asks
GitLab about what it mends. It shows its plan and asks first, unless --yes. What stays is named, with the
reason and the command that comes next.

--log reads a job's log on standard input, finds the image that was refused in it, and explains that one.
Where nothing on this machine accounts for the refusal, it says so, and where to look on.

The exit code is 0 when nothing is wrong, 1 when something is, 2 for a bad command line.

--json prints one object: image; clients, an array of {client, user, image, rules, source, path, key,
username, kind, state, expires_at, why, shadows}; findings, an array of {id, severity, user, path, key,
username, kind, state, message, fix}; skipped, what root did not look at; log, with --log, what that says.
"client" is docker, gitlab-runner, podman, crane, buildkit or oras; "rules", of gitlab-runner, >=18.3 or
<18.3; "source" is job-token, helper, file, env, none (anonymous), empty (an empty credential wins) or
unstable (two spellings win by chance).
No secret is shown, not even a part of one.`

const doctorExamples = `  docker-credential-gitlabjob doctor registry.gitlab.com/group/project
  sudo docker-credential-gitlabjob doctor --online          # on a runner's host: every user, and GitLab's word
  sudo docker-credential-gitlabjob doctor --fix             # shows what it would mend, and asks
  docker-credential-gitlabjob doctor --log < job.log
  docker-credential-gitlabjob doctor --quiet                # in a timer: the exit code tells`

func doctorVerb(w world) humanVerb {
	var o doctorOptions
	flags := pflag.NewFlagSet("doctor", pflag.ContinueOnError)
	flags.BoolVar(&o.online, "online", false, "ask GitLab about each credential that was found")
	flags.BoolVar(&o.fix, "fix", false, "mend what is safe, after showing the plan")
	flags.BoolVar(&o.force, "force", false, "with --fix: remove what can be neither checked nor kept, too")
	flags.BoolVarP(&o.yes, "yes", "y", false, "with --fix: do not ask")
	flags.StringVar(&o.user, "user", "", "look at the files of the user `NAME` only")
	flags.BoolVar(&o.log, "log", false, "find the image in a job's log on standard input")
	flags.BoolVar(&o.json, "json", false, "print JSON")
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "print what is wrong only, on standard error")
	return humanVerb{
		use: "doctor [IMAGE|HOST]", long: doctorHelp, examples: doctorExamples, flags: flags,
		run: func(ctx context.Context, words []string) (int, error) {
			if err := o.read(words, flags.Changed("user")); err != nil {
				return exitUsage, err
			}
			return w.exit(w.doctor(ctx, o)), nil
		},
	}
}

// read takes the words of the command line in, and refuses what makes no sense together.
func (o *doctorOptions) read(words []string, hasUser bool) error {
	switch {
	case len(words) > 1:
		return errors.New("doctor takes one image or registry, or none")
	case o.log && len(words) > 0:
		return errors.New("--log finds the image in the log: leave out the word for it")
	case o.json && o.quiet:
		return errors.New("--quiet leaves out what --json is to print: leave out one of them")
	case (o.yes || o.force) && !o.fix:
		return errors.New("--yes and --force go with --fix")
	case o.quiet && o.fix && !o.yes:
		return errors.New("--quiet leaves out the plan that somebody is asked about: with --fix it needs --yes")
	case o.json && o.fix && !o.yes:
		return errors.New("--json has nobody to ask: with --fix it needs --yes")
	case o.log && o.fix && !o.yes:
		return errors.New("--log takes standard input, so that nobody can be asked: with --fix it needs --yes")
	case hasUser && o.user == "":
		return errors.New("the flag --user needs a name")
	case len(words) == 0:
		return nil
	}
	image, err := parseSubject(words[0])
	o.image = image
	return err
}

// parseSubject reads an image or a registry. A word that is neither is not repeated: it may be a token.
func parseSubject(word string) (*clients.Image, error) {
	for _, scheme := range []string{"https://", "http://"} {
		word = strings.TrimPrefix(word, scheme) // as keys of config files have it
	}
	image, err := clients.ParseImage(word)
	if err != nil || credentials.LooksLikeToken(word) {
		return nil, errNoImage
	}
	if image.Host != "docker.io" {
		if _, err := parseRegistry(image.Host); err != nil {
			return nil, errNoImage
		}
	}
	return &image, nil
}

// errNoImage means that a word names neither an image nor a registry.
var errNoImage = errors.New("a word on the command line is neither an image nor a registry, as " +
	"registry.gitlab.com/group/project or registry.gitlab.com")
