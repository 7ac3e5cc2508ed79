//go:build !(linux || netbsd || openbsd || (freebsd && cgo) || (dragonfly && cgo)) && !darwin

package keyring

import (
	"context"

	gokeyring "github.com/zalando/go-keyring"
)

// UsesKeychain says whether the vault "os" is macOS' Keychain.
const UsesKeychain = false

// probe has nothing to look at: Windows' credential manager is always there and never prompts, and elsewhere go-keyring
// says itself that the platform is not supported.
func probe(context.Context) error { return nil }

// read asks go-keyring.
func read(_ context.Context, service, user string) (string, error) {
	return gokeyring.Get(service, user)
}

func platformCause(err error) error { return err }
