package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"

	dch "github.com/docker/docker-credential-helpers/credentials"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlab"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// protocol runs one verb of Docker's credential-helper protocol. The answer is held back until it is whole, so that a
// verb that fails has printed nothing else.
func protocol(ctx context.Context, verb string, w world) int {
	var answer bytes.Buffer
	d := &dialect{ctx: ctx, helper: newHelper(verb, w)}
	if err := dch.HandleCommand(d, verb, w.stdin, &answer); err != nil {
		if !d.reached {
			err = nameInput(verb, err)
		}
		return w.refuse(err)
	}
	return w.print(answer.String())
}

// newHelper puts the program together. Nothing here opens anything: a job token is served before any file is read.
func newHelper(verb string, w world) *credentials.Helper {
	trace := w.tracer()
	helper := &credentials.Helper{
		Job:    credentials.ReadJob(w.getenv),
		Keeper: &keyring.Keyring{Getenv: w.getenv, Trace: trace},
		Now:    w.now,
		OnMiss: w.getenv("GITLABJOB_ON_MISS"),
		Trace:  trace,
		Note:   w.note,
	}
	if verb == dch.ActionStore {
		helper.Inspector = gitlab.New(gitlab.Options{
			UserAgent: userAgent(),
			CAFile:    w.getenv("CI_SERVER_TLS_CA_FILE"),
			Now:       w.now,
			Trace:     trace,
		})
	}
	return helper
}

// dialect speaks the protocol's interface, which has no context and no Secret.
type dialect struct {
	ctx     context.Context //nolint:containedctx // dch.Helper has no other way to bring it along
	helper  *credentials.Helper
	reached bool // standard input was understood: an error is about something else
}

// Get implements dch.Helper.
func (d *dialect) Get(serverURL string) (username, secret string, err error) {
	d.reached = true
	username, s, err := d.helper.Get(d.ctx, serverURL)
	return username, s.Reveal(), err
}

// Add implements dch.Helper.
func (d *dialect) Add(c *dch.Credentials) error {
	d.reached = true
	return d.helper.Store(d.ctx, c.ServerURL, c.Username, credentials.NewSecret(c.Secret))
}

// Delete implements dch.Helper.
func (d *dialect) Delete(serverURL string) error {
	d.reached = true
	return d.helper.Erase(d.ctx, serverURL)
}

// List implements dch.Helper.
func (d *dialect) List() (map[string]string, error) {
	d.reached = true
	return d.helper.List(d.ctx)
}

// inputError says that standard input is not what the verb takes.
type inputError struct{ reason string }

func (e *inputError) Error() string { return e.reason }

// nameInput names the input where the protocol library returns the bare errors of its parsers, which may quote it.
func nameInput(verb string, err error) error {
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.Is(err, bufio.ErrTooLong):
		return &inputError{verb + ": standard input has a line of more than 64 KiB"}
	case errors.As(err, &mismatch) && mismatch.Field != "":
		return &inputError{verb + ": on standard input " + mismatch.Field + " is not a string"}
	case verb == dch.ActionStore && (errors.As(err, &syntax) || errors.As(err, &mismatch) || isEOF(err)):
		return &inputError{verb + ": standard input is not the JSON object that Docker sends"}
	}
	return err
}
