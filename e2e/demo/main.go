// Command demo tells in a minute what docker-credential-gitlabjob is for: `make demo`, or `go run ./demo` in this
// module.
//
// It builds the helper and crane, starts a registry and a stand-in for GitLab on this machine, and then types what a
// person would type. The programs, the HTTP requests and the outcomes are real. Everything happens in a home directory
// of its own that is removed at the end. A step that goes otherwise than the story says ends the demo with exit code 1.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := demo(ctx, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "\nThe demo FAILED: %v\n", err)
		os.Exit(1)
	}
}

func demo(ctx context.Context, out io.Writer) (err error) {
	temp, err := os.MkdirTemp("", "gitlabjob-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()

	s := &stage{out: out, colour: wantsColour(os.Stdout)}
	s.title("docker-credential-gitlabjob, shown at work")
	s.say("The helper, crane and the registry are real; GitLab is a stand-in on this machine, with GitLab's own " +
		"answers. All of it happens in a throw-away home directory.")
	s.say("Building the helper and crane (the first time takes a minute) ...")
	bin := filepath.Join(temp, "bin")
	if err := kit.Build(ctx, bin); err != nil {
		return err
	}
	crane := filepath.Join(bin, "crane")
	if err := kit.GoBuild(ctx, crane, "github.com/google/go-containerregistry/cmd/crane"); err != nil {
		return err
	}
	if s.home, err = kit.NewHome(filepath.Join(temp, "home"), bin); err != nil {
		return err
	}
	if _, err = s.home.UseTestVault(); err != nil {
		return err
	}
	world, err := kit.NewWorld()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, world.Close()) }()
	return newStory(s, world).tell(ctx)
}

// wantsColour reports whether f is a terminal whose user has nothing against colours (no-color.org).
func wantsColour(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && runtime.GOOS != "windows" &&
		os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
