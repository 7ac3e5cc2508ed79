// Command docker-credential-gitlabjob is a credential helper for Docker and for every client that speaks Docker's
// credential-helper protocol. For a GitLab registry it answers with the CI job's own token, or with a personal access
// token from the operating system's keyring while that token is good.
package main

import (
	"context"
	"os"
	"time"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], world{
		stdin:  os.Stdin,
		stdout: os.Stdout,
		stderr: os.Stderr,
		getenv: os.Getenv,
		now:    time.Now,
		root:   os.DirFS("/"),
	}))
}
