//go:build !linux

package editfile

import (
	"os"
	"testing"
)

// asOrdinaryUser calls do where the modes of files count: root's capabilities are Linux's alone.
func asOrdinaryUser(t *testing.T, do func()) {
	t.Helper()
	if os.Geteuid() == 0 {
		t.Log("not tested as root")
		return
	}
	do()
}
