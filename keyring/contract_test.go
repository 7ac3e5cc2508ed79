package keyring_test

import (
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
	"github.com/gitlabjob/docker-credential-gitlabjob/keyring/keyringtest"
)

// The real Secret Service passes the same suite in e2e/system.
func TestMemoryKeepsTheContract(t *testing.T) {
	keyringtest.Contract{New: func(*testing.T) keyring.Vault { return &keyringtest.Memory{} }}.Test(t)
}

func TestHelperKeepsTheContract(t *testing.T) {
	keyringtest.Contract{New: func(t *testing.T) keyring.Vault {
		t.Helper()
		return fakeHelper(t, "keep")
	}}.Test(t)
}
