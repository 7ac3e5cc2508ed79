package keyring

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/docker/docker-credential-helpers/client"
	dch "github.com/docker/docker-credential-helpers/credentials"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// A record is kept in another helper under a server URL that no registry can have (RFC 6761 reserves .invalid), so that
// it can never be handed to Docker as the password of the registry itself.
const (
	helperURL      = "https://docker-credential-gitlabjob.invalid/"
	helperUsername = "docker-credential-gitlabjob"
)

// helperVault keeps records in another docker-credential-* program.
type helperVault struct{ helper string }

// NewHelper returns the vault "helper:NAME", which keeps its records in docker-credential-NAME. The program is looked
// up on PATH when it is needed.
func NewHelper(name string) (Vault, error) {
	if err := checkHelperName(name); err != nil {
		return nil, &VaultError{Vault: helperPrefix + name, Err: err}
	}
	return &helperVault{helper: name}, nil
}

// checkHelperName refuses what is no plain word (a slash would name a file), and this program itself.
func checkHelperName(name string) error {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
	switch {
	case name == "" || strings.Trim(name, plain) != "":
		return fmt.Errorf("%q is not the name of a credential helper, as pass is of docker-credential-pass", name)
	case strings.TrimSuffix(strings.ToLower(name), ".exe") == "gitlabjob":
		return errors.New("this program cannot be its own vault")
	}
	return nil
}

func (v *helperVault) Name() string { return helperPrefix + v.helper }

func (v *helperVault) Ready(ctx context.Context) error {
	_, err := bounded(ctx, func(ctx context.Context) (map[string]string, error) {
		return client.List(v.command(ctx))
	})
	return fault(v.Name(), v.explain(err))
}

func (v *helperVault) Get(ctx context.Context, key string) (credentials.Secret, error) {
	creds, err := bounded(ctx, func(ctx context.Context) (*dch.Credentials, error) {
		return client.Get(v.command(ctx), helperURL+key)
	})
	if dch.IsErrCredentialsNotFound(err) || err == nil && creds.Secret == "" {
		return credentials.Secret{}, ErrNoRecord
	}
	if err != nil {
		return credentials.Secret{}, fault(v.Name(), v.explain(err))
	}
	return credentials.NewSecret(creds.Secret), nil
}

func (v *helperVault) Set(ctx context.Context, key string, record credentials.Secret) error {
	_, err := bounded(ctx, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, client.Store(v.command(ctx), &dch.Credentials{
			ServerURL: helperURL + key, Username: helperUsername, Secret: record.Reveal(),
		})
	})
	return fault(v.Name(), v.explain(err))
}

// Delete asks first whether there is a record: helpers differ in what they say when there is none. The list tells
// without opening it, which a locked key would not allow; what is not listed, or under another spelling, is looked for.
// The list is asked again afterwards: docker-credential-secretservice claims to have removed what is locked.
func (v *helperVault) Delete(ctx context.Context, key string) error {
	listed := v.lists(ctx, key)
	if !listed {
		if _, err := v.Get(ctx, key); err != nil {
			return err
		}
	}
	_, err := bounded(ctx, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, client.Erase(v.command(ctx), helperURL+key)
	})
	if err == nil && listed && v.lists(ctx, key) {
		return fault(v.Name(), fmt.Errorf("%s claims to have removed the record, and still has it", v.program()))
	}
	return fault(v.Name(), v.explain(err))
}

// lists reports whether the helper's list has a record for key.
func (v *helperVault) lists(ctx context.Context, key string) bool {
	all, err := bounded(ctx, func(ctx context.Context) (map[string]string, error) {
		return client.List(v.command(ctx))
	})
	_, is := all[helperURL+key]
	return is && err == nil
}

// program is what is looked up on PATH.
func (v *helperVault) program() string { return "docker-credential-" + v.helper }
