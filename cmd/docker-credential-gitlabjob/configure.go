package main

import (
	"context"
	"errors"

	"github.com/spf13/pflag"
)

// configureOptions are what the command line says.
type configureOptions struct {
	hosts                                         []string
	dryRun, force, quiet, remove, runner, systemd bool
	file, runnerVersion                           string
}

const configureHelp = `Make Docker ask this helper for a registry, and take out what would still win over it.

In Docker's config file ($DOCKER_CONFIG/config.json, else ~/.docker/config.json) it sets
credHelpers[HOST]="gitlabjob" and removes every plaintext entry of that host, however it is
spelt. Everything else in the file stays as it is, byte for byte.

Outside of a job a plaintext secret that GitLab still takes moves to the keyring, and a dead one is
dropped; one that cannot be checked or kept stays, is named, and the exit code is 1. In a job
(CI_JOB_TOKEN is set) nobody is asked and nothing is kept: job tokens go, other plaintext stays.

HOST: in a job the job's own hosts; else those that a token is kept for or that are configured already;
else it asks for one.`

const configureExamples = `  docker-credential-gitlabjob configure                        # in a job's pre_build_script
  docker-credential-gitlabjob configure registry.gitlab.com    # on a laptop
  sudo docker-credential-gitlabjob configure --runner registry.gitlab.com   # on a runner's host
  docker-credential-gitlabjob configure --remove`

func configureVerb(w world) humanVerb {
	var o configureOptions
	flags := pflag.NewFlagSet("configure", pflag.ContinueOnError)
	flags.BoolVar(&o.dryRun, "dry-run", false, "print the changes, without secrets, and make none")
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "print errors only, and no warnings")
	flags.BoolVar(&o.force, "force", false,
		"take a host over from another helper, and remove plaintext\nthat can be neither checked nor kept")
	flags.BoolVar(&o.remove, "remove", false, "take this helper out of the file, and nothing else")
	flags.StringVar(&o.file, "file", "", "edit the config file `PATH`, for root also another user's")
	flags.BoolVar(&o.runner, "runner", false, "edit the file that gitlab-runner on this machine pulls with")
	flags.StringVar(&o.runnerVersion, "runner-version", "",
		"with --runner: the `VERSION` of gitlab-runner, instead of\nasking it")
	flags.BoolVar(&o.systemd, "systemd", false,
		"with --runner: write the drop-in for its service, instead\nof printing it")
	return humanVerb{
		use: "configure [HOST...]", long: configureHelp, examples: configureExamples, flags: flags,
		run: func(ctx context.Context, hosts []string) (int, error) {
			o.hosts = hosts
			if err := o.check(flags.Changed("file")); err != nil {
				return exitUsage, err
			}
			return w.configure(ctx, o), nil
		},
	}
}

// check refuses what makes no sense together.
func (o configureOptions) check(hasFile bool) error {
	switch {
	case hasFile && o.file == "":
		return errors.New("the flag --file needs a path")
	case o.runner && hasFile:
		return errors.New("--runner finds its file itself: leave out --file")
	case !o.runner && o.runnerVersion != "":
		return errors.New("--runner-version goes with --runner")
	case !o.runner && o.systemd:
		return errors.New("--systemd goes with --runner")
	case o.remove && o.force:
		return errors.New("--remove takes out just what is ours: leave out --force")
	}
	return nil
}

// configure is the verb.
func (w world) configure(ctx context.Context, o configureOptions) int {
	c, err := w.newConfiguring(ctx, o)
	if err == nil {
		err = c.run(ctx)
	}
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errReported):
		return exitFail
	case c.job.Running() && w.getenv("GITLABJOB_OPTIONAL") == "1":
		w.note("%v; the job goes on without (GITLABJOB_OPTIONAL=1)", err)
		return exitOK
	}
	w.complain(err.Error(), hintsFor(err)...)
	if errors.Is(err, errNoHost) || errors.Is(err, errNoRegistry) || errors.Is(err, errRunnerVersion) {
		return exitUsage
	}
	return exitFail
}
