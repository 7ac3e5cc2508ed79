//go:build linux

package e2e

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// mac is a user of macOS, as far as the program and its keyring are concerned: the program is built with the files that
// macOS has, and `security` is the stand-in (package fakesecurity).
type mac struct {
	*kit.Home

	dir string // the stand-in's
}

// macPrograms returns the directory with the programs, which are built once.
var macPrograms = sync.OnceValues(func() (string, error) {
	dir := filepath.Join(filepath.Dir(bin), "mac") // TestMain removes it
	if err := os.Mkdir(dir, 0o700); err != nil {
		return "", err
	}
	m, err := prepareForMac(context.Background(), dir)
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "bin"), m.programs(context.Background(), filepath.Join(dir, "bin"))
})

// newMac returns a new user. Once the test is over the stand-in may have complained of nothing, and no secret may have
// stood on a command line.
func newMac(t *testing.T) *mac {
	t.Helper()
	programs, err := macPrograms()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	home, err := kit.NewHome(filepath.Join(dir, "home"), programs)
	if err != nil {
		t.Fatal(err)
	}
	m := &mac{Home: home, dir: filepath.Join(dir, "security")}
	if err := os.Mkdir(m.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	m.Set("FAKESECURITY_DIR", m.dir)
	t.Cleanup(func() {
		if complaints := m.lines(t, "complaints"); complaints != nil {
			t.Errorf("security was called as it must not be: %q", complaints)
		}
		for _, call := range m.lines(t, "calls") {
			for _, secret := range canaries {
				if strings.Contains(call, secret) {
					t.Errorf("a secret stands on the command line: security %s", call)
				}
			}
		}
		for _, line := range m.lines(t, "hung") { // on macOS it would wait for its dialog, as long as that takes
			if pid, err := strconv.Atoi(line); err != nil || syscall.Kill(pid, syscall.SIGKILL) != nil {
				t.Errorf("%s has not been left alone: %v", line, err)
			}
		}
	})
	return m
}

// lines returns the lines of one of the stand-in's files.
func (m *mac) lines(t *testing.T, file string) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(m.dir, file))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if len(data) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
}

// calls returns how security was called since the last time.
func (m *mac) calls(t *testing.T) []string {
	t.Helper()
	all := m.lines(t, "calls")
	if err := os.Remove(filepath.Join(m.dir, "calls")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	return all
}

// itemPath is where the stand-in keeps what the program keeps for nobodyHere.
func (m *mac) itemPath() string {
	return filepath.Join(m.dir, "items", kit.Program, url.QueryEscape(nobodyHere))
}

// record returns what the program keeps for nobodyHere, which go-keyring has encoded.
func (m *mac) record(t *testing.T) string {
	t.Helper()
	item, err := os.ReadFile(m.itemPath())
	if err != nil {
		t.Fatal(err)
	}
	encoded, ok := strings.CutPrefix(string(item), "go-keyring-base64:")
	record, err := base64.StdEncoding.DecodeString(encoded)
	if !ok || err != nil {
		t.Fatalf("the item is not encoded: %v", err)
	}
	return string(record)
}

// verb calls the program as Docker does.
func (m *mac) verb(t *testing.T, verb, stdin string) kit.Result {
	t.Helper()
	result, err := m.Run(t.Context(), stdin, kit.Program, verb)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// store has the program keep a token for nobodyHere.
func (m *mac) store(t *testing.T, secret string) kit.Result {
	t.Helper()
	return m.verb(t, "store", message(nobodyHere, secret))
}

// message is what Docker sends after a login.
func message(host, secret string) string {
	return fmt.Sprintf(`{"ServerURL":%q,"Username":"me","Secret":%q}`, host, secret)
}
