// Command docker-credential-testvault stands in for a keyring in tests that must need nothing but Go: the helper keeps
// its records in it with GITLABJOB_KEYRING=helper:testvault. It speaks Docker's credential-helper protocol and keeps
// one file an entry in TESTVAULT_DIR, in plaintext, so that a test can look, change and take away.
//
// TESTVAULT_FAIL makes it fail as real keyrings do: "locked", "hang" (it does not answer), "dismiss" (it says that it
// has stored, and has not). TESTVAULT_LOG names a file that gets a line for each call, with the whole command line.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/docker/docker-credential-helpers/credentials"
)

func main() {
	if err := logCall(os.Getenv("TESTVAULT_LOG")); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	switch os.Getenv("TESTVAULT_FAIL") {
	case "locked":
		fmt.Println("the test vault is locked")
		os.Exit(1)
	case "hang":
		time.Sleep(time.Minute)
	}
	credentials.Serve(vault{dir: os.Getenv("TESTVAULT_DIR"), dismiss: os.Getenv("TESTVAULT_FAIL") == "dismiss"})
}

// logCall says in the file at path how the vault was called; without a path nobody wants to know.
func logCall(path string) error {
	if path == "" {
		return nil
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(f, strings.Join(os.Args[1:], " "))
	return errors.Join(err, f.Close())
}

// vault implements credentials.Helper in a directory.
type vault struct {
	dir     string
	dismiss bool
}

// Add implements credentials.Helper.
func (v vault) Add(c *credentials.Credentials) error {
	if v.dismiss {
		return nil
	}
	data, err := json.MarshalIndent(c, "", "\t")
	if err != nil {
		return err
	}
	staged := fmt.Sprintf("%s.%d", v.path(c.ServerURL), os.Getpid()) // others read at the same time
	if err := os.WriteFile(staged, data, 0o600); err != nil {
		return err
	}
	return os.Rename(staged, v.path(c.ServerURL))
}

// Get implements credentials.Helper.
func (v vault) Get(serverURL string) (username, secret string, err error) {
	c, err := read(v.path(serverURL))
	if errors.Is(err, fs.ErrNotExist) {
		return "", "", credentials.NewErrCredentialsNotFound()
	}
	return c.Username, c.Secret, err
}

// Delete implements credentials.Helper.
func (v vault) Delete(serverURL string) error { return os.Remove(v.path(serverURL)) }

// List implements credentials.Helper.
func (v vault) List() (map[string]string, error) {
	entries, err := os.ReadDir(v.dir)
	if err != nil {
		return nil, err
	}
	all := make(map[string]string)
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) != ".json" {
			continue
		}
		c, err := read(filepath.Join(v.dir, entry.Name()))
		if errors.Is(err, fs.ErrNotExist) {
			continue // removed meanwhile
		}
		if err != nil {
			return nil, err
		}
		all[c.ServerURL] = c.Username
	}
	return all, nil
}

func (v vault) path(serverURL string) string {
	return filepath.Join(v.dir, url.QueryEscape(serverURL)+".json")
}

func read(path string) (c credentials.Credentials, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return c, err
	}
	return c, json.Unmarshal(data, &c)
}
