package main

import (
	"bytes"
	"context"
	"encoding/json"

	dch "github.com/docker/docker-credential-helpers/credentials"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// promptly is how long a verb may take in all. Nothing takes long, unless a keyring hangs; only store has GitLab to
// ask, and limits of its own on each step.
const promptly = keyring.Deadline

// protocol runs one verb of Docker's credential-helper protocol. The answer is held back until it is whole, so that a
// verb that fails has printed nothing else.
func protocol(ctx context.Context, verb string, w world) int {
	if verb != dch.ActionStore {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, promptly)
		defer cancel()
	}
	input, err := readInput(verb, w.stdin)
	if err != nil {
		return w.refuse(err)
	}
	helper := protocolHelper(verb, w)
	if verb == dch.ActionGet {
		return get(ctx, helper, input, w)
	}
	var answer bytes.Buffer
	d := &dialect{ctx: ctx, helper: helper}
	if err := dch.HandleCommand(d, verb, bytes.NewReader(input), &answer); err != nil {
		if !d.reached {
			err = nameInput(verb, err)
		}
		return w.refuse(err)
	}
	return w.print(answer.String())
}

// get is dch.Get with another way to print: encoding/json's reflection over a struct of three strings costs a tenth of
// the whole pull's wait for its helper (measured, doc/design.md).
func get(ctx context.Context, helper *credentials.Helper, input []byte, w world) int {
	serverURL := string(bytes.TrimSpace(input))
	if serverURL == "" {
		return w.refuse(dch.NewErrCredentialsMissingServerURL())
	}
	username, secret, err := helper.Get(ctx, serverURL)
	if err != nil {
		return w.refuse(err)
	}
	return w.print(`{"ServerURL":` + quote(serverURL) + `,"Username":` + quote(username) +
		`,"Secret":` + quote(secret.Reveal()) + "}\n")
}

// quote returns s as a JSON string.
func quote(s string) string {
	quoted, err := json.Marshal(s)
	if err != nil {
		return `""` // there is no string that it fails on
	}
	return string(quoted)
}

// protocolHelper is what answers a verb of the protocol.
func protocolHelper(verb string, w world) *credentials.Helper {
	helper := w.newHelper(w.note, w.note)
	switch verb {
	case dch.ActionGet:
		helper.Soon = w.announce
	case dch.ActionStore:
		helper.Inspector = w.newClient(nil)
	}
	return helper
}

// dialect speaks the protocol's interface, which has no context and no Secret.
type dialect struct {
	ctx     context.Context //nolint:containedctx // dch.Helper has no other way to bring it along
	helper  *credentials.Helper
	reached bool // standard input was understood: an error is about something else
}

// Get implements dch.Helper; see get.
func (d *dialect) Get(serverURL string) (username, secret string, err error) {
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
