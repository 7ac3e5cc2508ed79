package keyring_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/gitlabjob/docker-credential-gitlabjob/keyring"
)

// newKernel returns a vault with a state directory of its own. What it has put into the keyring of whoever runs the
// tests is taken out again, and nothing that somebody else keeps there.
func newKernel(t *testing.T) (v keyring.Vault, dir string) {
	t.Helper()
	dir = t.TempDir()
	t.Cleanup(func() {
		key, err := os.ReadFile(filepath.Join(dir, "kernel.key"))
		if err != nil {
			return // nothing was kept
		}
		sum := sha256.Sum256(append([]byte("docker-credential-gitlabjob catalogue id\x00"), key...))
		mine := ":" + hex.EncodeToString(sum[:8]) + ":"
		for id, description := range userKeys(t) {
			if strings.Contains(description, mine) {
				_, _ = unix.KeyctlInt(unix.KEYCTL_UNLINK, id, unix.KEY_SPEC_USER_KEYRING, 0, 0)
			}
		}
	})
	return keyring.NewKernel(dir), dir
}

// userKeys returns the keys in the user's keyring and their descriptions: type, owner, rights, name.
func userKeys(t *testing.T) map[int]string {
	t.Helper()
	buf := make([]byte, 1<<20)
	n, err := unix.KeyctlBuffer(unix.KEYCTL_READ, unix.KEY_SPEC_USER_KEYRING, buf, 0)
	if err != nil {
		t.Fatal(err)
	}
	keys := make(map[int]string)
	for ; n >= 4; n -= 4 {
		id := int(int32(binary.NativeEndian.Uint32(buf[n-4 : n])))
		keys[id], _ = unix.KeyctlString(unix.KEYCTL_DESCRIBE, id)
	}
	return keys
}

// blocked reports whether the kernel's keyring cannot be had here, as in a container that go's own image runs in.
func blocked(t *testing.T) bool {
	t.Helper()
	err := keyring.NewKernel(t.TempDir()).Ready(t.Context())
	if errors.Is(err, keyring.ErrBlocked) {
		t.Logf("not tested: %v", err)
		return true
	}
	return false
}
