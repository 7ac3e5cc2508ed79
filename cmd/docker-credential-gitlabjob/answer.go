package main

import (
	"errors"
	"io"
	"strings"

	dch "github.com/docker/docker-credential-helpers/credentials"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// refuse gives one of the two answers that are no credential, and returns the exit code.
//
// "Nothing kept" is exactly the line that clients compare, and nothing for people: the client goes on. Every other
// error is one line on stdout, where skopeo, crane and podman stop with it, and the same for people on stderr, because
// Docker's CLI shows only that.
func (w world) refuse(err error) int {
	if errors.Is(err, credentials.ErrNotFound) {
		w.answer(dch.NewErrCredentialsNotFound().Error())
		return exitFail
	}
	hints := hintsFor(err)
	if dch.IsCredentialsMissingServerURL(err) || isMissingUsername(err) {
		w.answer(err.Error()) // clients compare these two as well
	} else {
		w.answer(oneLine(speaker + ": " + strings.Join(append([]string{err.Error()}, hints...), "; ")))
	}
	w.complain(err.Error(), hints...)
	return exitFail
}

// answer prints the one line on stdout.
func (w world) answer(line string) { _, _ = io.WriteString(w.stdout, line+"\n") }

func isMissingUsername(err error) bool { return dch.IsCredentialsMissingUsernameMessage(err.Error()) }
