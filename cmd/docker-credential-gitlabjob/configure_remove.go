package main

import (
	"context"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/configure"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/dockerconfig"
)

// remove takes this helper out.
func (c *configuring) remove(ctx context.Context, before []byte) error {
	hosts, err := c.named()
	if err != nil {
		return err
	}
	var gone []string
	named, store := false, ""
	change := func(text []byte) ([]byte, error) {
		f, err := c.parse(text)
		if err != nil {
			return nil, err
		}
		gone = configure.Remove(f, hosts...)
		named, store = stillNamed(f), f.CredsStore()
		if len(gone) == 0 {
			return text, nil
		}
		return f.Bytes(), nil
	}
	if c.o.dryRun {
		after, err := change(before)
		if err == nil {
			err = c.w.diff(c.file.Path, before, after)
		}
		if err != nil {
			return err
		}
	} else {
		if err := c.edit(ctx, change); err != nil {
			return err
		}
		for _, spelling := range gone {
			c.say("%s: Docker does not ask this helper any more", dockerconfig.Shown(spelling))
		}
		c.sayChanged(len(gone) > 0)
	}
	if store == configure.Helper {
		c.note("%s names gitlabjob as credsStore, which configure has not written: take it out by hand", c.file.Path)
	}
	if named {
		return nil // what the service is set up with is still needed
	}
	return c.forgetRunner()
}
