package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/configure"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabrunner"
)

// errRunnerVersion means that it cannot be told by which rules gitlab-runner looks for credentials.
var errRunnerVersion = errors.New("the version of gitlab-runner is not known")

// runnerPlan is what is known of the gitlab-runner on this machine, and what its service needs.
type runnerPlan struct {
	service gitlabrunner.Service
	version gitlabrunner.Version
	path    string
	wanted  []gitlabrunner.Setting
	// noService: systemd knows of none, so it is started in another way, as in a container.
	noService bool
}

// findRunner finds the file that gitlab-runner's own process reads: its user's, wherever DOCKER_CONFIG points to
// (runner:helpers/docker/auth/auth.go).
func (c *configuring) findRunner(ctx context.Context) (*runnerPlan, error) {
	p := &runnerPlan{}
	var err error
	if c.o.runnerVersion != "" {
		if p.version, err = gitlabrunner.ParseVersion(c.o.runnerVersion); err != nil {
			return nil, fmt.Errorf("%w: --runner-version: %w", errRunnerVersion, err)
		}
	} else if !c.o.remove {
		if p.version, err = gitlabrunner.AskVersion(ctx); err != nil {
			return nil, fmt.Errorf("%w: %w", errRunnerVersion, err)
		}
	}
	p.service, err = gitlabrunner.FindService(c.w.root)
	switch {
	case errors.Is(err, gitlabrunner.ErrNoService) && c.o.systemd:
		return nil, err
	case errors.Is(err, gitlabrunner.ErrNoService):
		c.note("%v: the file of the user who runs this is taken", err)
		p.noService = true
		p.path, err = dockerconfig.Path(func(name string) string {
			if name == "DOCKER_CONFIG" {
				return ""
			}
			return c.w.getenv(name)
		})
		return p, err
	case err != nil:
		return nil, fmt.Errorf("the service of gitlab-runner: %w", err)
	}
	home, err := p.service.Home()
	p.path = dockerconfig.Home(home)
	return p, err
}

// forRunner adds to the wishes what the rules of gitlab-runner's version ask for.
//
// From 18.3 on "not found" leads to the job's own token, so the entry always stands. Before, "not found" means empty
// credentials, and an error drops the whole file: the entry stands only where the file has nothing else to lose.
func (c *configuring) forRunner(f *dockerconfig.File, wishes []configure.Wish) []configure.Wish {
	if c.runner == nil {
		return wishes
	}
	c.runner.wanted = []gitlabrunner.Setting{{Name: "GITLABJOB_KEYRING", Value: "none"}}
	if c.runner.version.GoesOn() {
		return wishes
	}
	var hosts []credentials.Host
	for _, w := range wishes {
		hosts = append(hosts, w.Host)
	}
	if others := f.Others(configure.Helper, hosts...); len(others) > 0 || f.CredsStore() != "" {
		c.note("gitlab-runner %s drops the whole of %s when a helper has no answer, and it serves other registries too:"+
			" the helper is left out, the job's own token answers", c.runner.version, c.file.Path)
		for i := range wishes {
			wishes[i].Without = true
		}
		c.runner.wanted = nil
		return wishes
	}
	c.runner.wanted = append(c.runner.wanted, gitlabrunner.Setting{Name: "GITLABJOB_ON_MISS", Value: "error"})
	return wishes
}
