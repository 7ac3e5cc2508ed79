package editfile

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Who writes a file in place empties it first, as a shell's redirection does. What comes then is not lost.
func TestEmptiedToBeWritten(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "config.json"), "")
	out, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	written := make(chan error, 1)
	go func() {
		time.Sleep(50 * time.Millisecond)
		_, err := out.WriteString("theirs")
		_ = out.Close()
		written <- err
	}()
	err = File{Path: path}.Edit(t.Context(), func(content []byte) ([]byte, error) { return append(content, " and ours"...), nil })
	if err != nil {
		t.Fatal(err)
	}
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	has(t, path, "theirs and ours")
}
