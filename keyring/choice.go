package keyring

import (
	"context"
	"fmt"
	"strings"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// What GITLABJOB_KEYRING may say.
const (
	auto         = "auto" // also when it says nothing
	osName       = "os"
	kernelName   = "kernel"
	none         = "none"
	helperPrefix = "helper:"
)

// choice returns what GITLABJOB_KEYRING says, or a *credentials.BadVariableError. A value that is misspelt must not
// pass for another: on a runner host "none" is what keeps root's own token away from other people's jobs.
func (k *Keyring) choice() (string, error) {
	value := k.Getenv("GITLABJOB_KEYRING")
	switch {
	case value == "" || value == auto:
		return auto, nil
	case value == osName || value == kernelName || value == none:
		return value, nil
	case strings.HasPrefix(value, helperPrefix):
		if err := checkHelperName(strings.TrimPrefix(value, helperPrefix)); err != nil {
			return "", &credentials.BadVariableError{Name: "GITLABJOB_KEYRING", Err: err}
		}
		return value, nil
	}
	return "", &credentials.BadVariableError{
		Name: "GITLABJOB_KEYRING", Err: fmt.Errorf("%q is not one of auto, os, kernel, helper:NAME, none", value),
	}
}

// newVault returns the vault for new tokens, and why it is not the one that everybody would expect.
func (k *Keyring) newVault(ctx context.Context) (vault Vault, why error, err error) {
	choice, err := k.choice()
	switch {
	case err != nil:
		return nil, nil, err
	case choice == none:
		return nil, nil, ErrNone
	case choice == auto:
		return k.automatic(ctx)
	}
	k.trace("new tokens go to the vault %q", choice)
	vault, err = k.vault(choice)
	return vault, nil, err
}

// vault returns the vault of that name.
func (k *Keyring) vault(name string) (Vault, error) {
	if k.Vault != nil {
		return k.Vault(name)
	}
	switch name {
	case osName:
		return NewOS(appName), nil
	case kernelName:
		dir, err := stateDir(k.Getenv)
		if err != nil {
			return nil, err
		}
		return NewKernel(dir), nil
	}
	if helper, ok := strings.CutPrefix(name, helperPrefix); ok {
		return NewHelper(helper)
	}
	return nil, &VaultError{Vault: name, Err: ErrNoVault}
}
