//go:build keychain

package main

import (
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring/keyringtest"
)

// TestKeychainKeepsTheContract is built by package e2e with macOS' own files, and run with this package's security in
// the place of the real one. On a Mac `go test -tags keychain ./fakesecurity` runs it on the real Keychain.
func TestKeychainKeepsTheContract(t *testing.T) {
	if !keyring.UsesKeychain {
		t.Fatal("this build has no Keychain")
	}
	keyringtest.Contract{New: func(*testing.T) keyring.Vault {
		return keyring.NewOS("docker-credential-gitlabjob-test")
	}}.Test(t)
}
