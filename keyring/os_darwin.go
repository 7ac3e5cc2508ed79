package keyring

import (
	"context"
	"errors"
	"fmt"
	"os/exec"

	gokeyring "github.com/zalando/go-keyring"
)

// UsesKeychain says whether the vault "os" is macOS' Keychain.
const UsesKeychain = true

// The exit codes of /usr/bin/security are the low byte of Security.framework's result codes (SecBase.h).
const (
	interactionNotAllowed = 36  // errSecInteractionNotAllowed, -25308: locked, and no window to ask in (SSH)
	authFailed            = 51  // errSecAuthFailed, -25293
	userCanceled          = 128 // errSecUserCanceled, -128
)

// probe has nothing to look at that would not itself raise a prompt.
func probe(context.Context) error { return nil }

// read asks go-keyring.
func read(_ context.Context, service, user string) (string, error) {
	return gokeyring.Get(service, user)
}

// platformCause recognises how the security command ended.
func platformCause(err error) error {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return err
	}
	switch exit.ExitCode() {
	case interactionNotAllowed, authFailed:
		return fmt.Errorf("%w: %w", ErrLocked, err)
	case userCanceled:
		return fmt.Errorf("%w: %w", ErrDismissed, err)
	}
	return err
}
