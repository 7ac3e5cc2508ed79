package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/configure"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/editfile"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabrunner"
)

// thenRestart makes systemd and gitlab-runner see what was changed.
const thenRestart = "systemctl daemon-reload && systemctl restart gitlab-runner"

// tellRunner prints what gitlab-runner's service needs for the hosts that this helper answers for, or writes it. named
// is whether the file names this helper for any.
func (c *configuring) tellRunner(ctx context.Context, named bool, outcomes []configure.Outcome) error {
	ours := func(out configure.Outcome) bool { return out.Other.Name == "" }
	if c.runner == nil || !slices.ContainsFunc(outcomes, ours) || c.runner.service.Agrees(c.runner.wanted) {
		return nil
	}
	text := gitlabrunner.DropIn(c.runner.wanted)
	switch writes := c.o.systemd && !c.o.dryRun; {
	case text == "" && named:
		return nil // of another registry, for which the service is set up
	case text == "":
		return c.forgetRunner()
	case c.runner.noService:
		c.say("gitlab-runner needs this in its environment, then a restart:")
		for _, s := range c.runner.wanted {
			c.say("%s=%s", s.Name, s.Value)
		}
		return nil
	case !writes:
		c.say("gitlab-runner needs this as %s (or run it again with --systemd), then: %s",
			gitlabrunner.DropInPath, thenRestart)
		if !c.o.quiet {
			c.w.print(text)
		}
		return nil
	}
	const readable = 0o644
	file := editfile.File{Path: gitlabrunner.DropInPath, Mode: readable}
	if err := file.Edit(ctx, func([]byte) ([]byte, error) { return []byte(text), nil }); err != nil {
		return err
	}
	c.say("wrote %s; now run: %s", gitlabrunner.DropInPath, thenRestart)
	return nil
}

// forgetRunner takes the drop-in away, where there is one.
func (c *configuring) forgetRunner() error {
	switch {
	case c.runner == nil || c.runner.service.DropIn == "":
		return nil
	case !c.o.systemd || c.o.dryRun:
		c.say("gitlab-runner's service does not need %s any more: run it again with --systemd, or remove it, then: %s",
			gitlabrunner.DropInPath, thenRestart)
		return nil
	}
	if err := os.Remove(gitlabrunner.DropInPath); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	_ = os.Remove(filepath.Dir(gitlabrunner.DropInPath)) // unless others have something there
	c.say("removed %s; now run: %s", gitlabrunner.DropInPath, thenRestart)
	return nil
}

// stillNamed reports whether the file names this helper for any registry, or for all.
func stillNamed(f *dockerconfig.File) bool {
	ours := func(h dockerconfig.Helper) bool { return h.Name == configure.Helper }
	return f.CredsStore() == configure.Helper || slices.ContainsFunc(f.AllHelpers(), ours)
}
