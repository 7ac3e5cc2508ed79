package keyring

import (
	"context"

	"github.com/docker/docker-credential-helpers/client"
	dch "github.com/docker/docker-credential-helpers/credentials"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// OtherHelper is another credential helper with the logins that Docker has put into it. It is no vault: what stands
// there is Docker's own, under the registry's own name.
type OtherHelper struct{ helper helperVault }

// NewOtherHelper returns docker-credential-NAME, which is looked up on PATH when it is asked.
func NewOtherHelper(name string) (*OtherHelper, error) {
	if err := checkHelperName(name); err != nil {
		return nil, &VaultError{Vault: helperPrefix + name, Err: err}
	}
	return &OtherHelper{helperVault{helper: name}}, nil
}

// Get returns the login that Docker would be given for serverURL, or ErrNoRecord. A helper that is not installed has an
// error that wraps ErrNoHelper.
func (o *OtherHelper) Get(ctx context.Context, serverURL string) (string, credentials.Secret, error) {
	creds, err := bounded(ctx, func(ctx context.Context) (*dch.Credentials, error) {
		return client.Get(o.helper.command(ctx), serverURL)
	})
	if dch.IsErrCredentialsNotFound(err) || err == nil && creds.Secret == "" {
		return "", credentials.Secret{}, ErrNoRecord
	}
	if err != nil {
		return "", credentials.Secret{}, fault(o.helper.Name(), o.helper.explain(err))
	}
	return creds.Username, credentials.NewSecret(creds.Secret), nil
}

// Erase does what `docker logout` would do.
func (o *OtherHelper) Erase(ctx context.Context, serverURL string) error {
	_, err := bounded(ctx, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, client.Erase(o.helper.command(ctx), serverURL)
	})
	return fault(o.helper.Name(), o.helper.explain(err))
}
