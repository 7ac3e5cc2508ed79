//go:build unix

package gitlab

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestCAFileThatNeverEnds has a pipe that nobody writes to, and a device that is all zeros.
func TestCAFileThatNeverEnds(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe.pem")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{pipe, "/dev/zero"} {
		done := make(chan error, 1)
		go func() {
			_, err := rootsWith(file)
			done <- err
		}()
		select {
		case err := <-done:
			if err == nil || !strings.Contains(err.Error(), `"`+file+`" cannot be read: not a regular file`) {
				t.Errorf("%s: %v", file, err)
			}
		case <-time.After(5 * time.Second):
			t.Fatalf("%s: it hangs", file)
		}
	}
}
