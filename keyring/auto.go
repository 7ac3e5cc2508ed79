package keyring

import (
	"context"
	"errors"
	"fmt"
)

// NoVaultError says of each vault that could keep a new token why it cannot.
type NoVaultError struct{ OS, Kernel error }

// Error implements error.
func (e *NoVaultError) Error() string {
	return fmt.Sprintf("there is nowhere to keep a token: %v; %v", e.OS, e.Kernel)
}

// Unwrap returns what both vaults say.
func (e *NoVaultError) Unwrap() []error { return []error{e.OS, e.Kernel} }

// automatic returns the vault for new tokens where nobody has chosen one: the operating system's own keyring where it
// answers, else, on Linux, the kernel's. A keyring that is there and locked is the one that somebody wants to unlock.
func (k *Keyring) automatic(ctx context.Context) (Vault, error) {
	system, err := k.vault(osName)
	if err != nil {
		return nil, err
	}
	systemErr := system.Ready(ctx)
	if systemErr == nil || !absent(systemErr) {
		return system, nil
	}
	kernel, err := k.vault(kernelName)
	if err != nil {
		return nil, err
	}
	if kernelErr := kernel.Ready(ctx); kernelErr != nil {
		return nil, &NoVaultError{OS: systemErr, Kernel: kernelErr}
	}
	k.trace("%v: new tokens go to the kernel's keyring", systemErr)
	return kernel, nil
}

// absent reports whether err says that the machine has no such keyring, rather than that it does not answer now.
func absent(err error) bool {
	return errors.Is(err, ErrNoBus) || errors.Is(err, ErrNoService) || errors.Is(err, ErrUnsupported)
}
