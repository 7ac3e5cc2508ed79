package keyring

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// sayings are the words in which docker-credential-pass (0.6 to 0.9) says why it failed: its own, and gpg's in English.
var sayings = []struct {
	says string
	is   error
}{
	{`exec: "pass": executable file not found`, fmt.Errorf("%w: it needs pass, which is not on PATH", ErrNoHelper)},
	{"pass not initialized", ErrNoStore},
	{"decryption failed", fmt.Errorf("%w: gpg has not got the passphrase of its key, or no such key", ErrLocked)},
}

// explain says how the helper failed. Its own words are not repeated: a helper that fails may have printed a record.
func (v *helperVault) explain(err error) error {
	if err == nil || errors.Is(err, ErrHung) || errors.Is(err, context.Canceled) {
		return err
	}
	if _, lookErr := exec.LookPath(v.program()); lookErr != nil {
		return fmt.Errorf("%w: %w", ErrNoHelper, lookErr)
	}
	for _, known := range sayings {
		if strings.Contains(err.Error(), known.says) {
			return known.is
		}
	}
	return &HelperError{Program: v.program()}
}

// HelperError means that another credential helper failed, for a reason that only its own words tell, which this has
// not.
type HelperError struct{ Program string }

// Error implements error.
func (e *HelperError) Error() string {
	return e.Program + " failed; ask it by hand what it says: " + e.Program + " list"
}
