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
// why says why it is not the first.
func (k *Keyring) automatic(ctx context.Context) (vault Vault, why error, err error) {
	system, err := k.vault(osName)
	if err != nil {
		return nil, nil, err
	}
	systemErr := system.Ready(ctx)
	switch {
	case systemErr == nil:
		return system, nil, nil
	case !absent(systemErr):
		return nil, nil, systemErr // asking it again would take as long again
	}
	kernel, err := k.vault(kernelName)
	if err != nil {
		return nil, nil, err
	}
	if kernelErr := kernel.Ready(ctx); kernelErr != nil {
		return nil, nil, &NoVaultError{OS: systemErr, Kernel: kernelErr}
	}
	k.trace("%v: new tokens go to the kernel's keyring", systemErr)
	return kernel, absence(systemErr), nil
}

// absent reports whether err says that the machine has no such keyring, rather than that it does not answer now.
func absent(err error) bool { return absence(err) != nil }

// absence is absent in words.
func absence(err error) error {
	for _, why := range []error{ErrNoBus, ErrNoService, ErrUnsupported} {
		if errors.Is(err, why) {
			return why
		}
	}
	return nil
}
