package system

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

// secret returns a secret that nobody has had before, and watches it.
func (l *laboratory) secret(prefix string) string { return l.guard(prefix + "CANARY" + rand.Text()) }

// token makes a credential known to GitLab, watches its secret, and returns that.
func (l *laboratory) token(t gitlabtest.Token) string {
	l.gitlab.Add(t)
	return l.guard(t.Secret)
}

// guard watches the secret.
func (l *laboratory) guard(secret string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.Contains(l.watched, secret) {
		l.watched = append(l.watched, secret)
	}
	return secret
}

// plant says that the test itself has put a secret into the file, which sweep then leaves out.
func (l *laboratory) plant(path string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.planted[path] = true
}

func (l *laboratory) remember(o outcome) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.record = append(l.record, o)
}

// sweep looks for every watched secret in what the commands of all tests have said, in how they were called, and in
// every file that they, the engine or the registry have written.
func sweep(l *laboratory) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	traces := disguises(l.watched)
	var errs []error
	for _, o := range l.record {
		for where, text := range map[string]string{
			"arguments": strings.Join(o.args, "\n"), "stderr": o.stderr, "stdout": o.stdout,
		} {
			if where == "stdout" && o.handsOver() {
				continue
			}
			if found := find([]byte(text), traces); found != "" {
				errs = append(errs, fmt.Errorf("%s in the %s of %q", found, where, o.args))
			}
		}
	}
	err := filepath.WalkDir(l.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || l.planted[path] {
			return err
		}
		if is, err := l.wine.brought(path, d); is || err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		if found := find(data, traces); found != "" {
			errs = append(errs, fmt.Errorf("%s in %s", found, path))
		}
		return err
	})
	return errors.Join(append(errs, err)...)
}

// handsOver reports whether the command is the one that is there to print a secret: a "get" that found one.
func (o outcome) handsOver() bool {
	n := len(o.args)
	return n >= 2 && strings.TrimSuffix(filepath.Base(o.args[n-2]), ".exe") == kit.Program && o.args[n-1] == "get" &&
		o.code == 0
}

// disguises returns the forms in which a secret may be written: as it is, and within base64, where it begins at one of
// three places of a group of four characters.
func disguises(secrets []string) map[string][]byte {
	forms := make(map[string][]byte)
	for _, secret := range secrets {
		for shift := range 3 {
			encoded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("-", shift) + secret))
			encoded = encoded[4 : len(encoded)-4] // what stands before and behind it has a part in these
			forms[encoded] = []byte(encoded)
		}
		forms[secret] = []byte(secret)
	}
	return forms
}

// find returns the secret that is in data, or "".
func find(data []byte, traces map[string][]byte) string {
	for form, text := range traces {
		if bytes.Contains(data, text) {
			return form
		}
	}
	return ""
}

func TestSweep(t *testing.T) {
	const secret = "glpat-CANARY-of-the-sweep-itself"
	get := []string{"/bin/" + kit.Program, "get"}
	for name, made := range map[string]struct {
		file    string
		record  outcome
		planted bool
		clean   bool
	}{
		"nothing":                 {clean: true},
		"a file":                  {file: "log: " + secret},
		"a file with base64 in 0": {file: base64.StdEncoding.EncodeToString([]byte("abc" + secret + "a"))},
		"a file with base64 in 1": {file: base64.StdEncoding.EncodeToString([]byte("a" + secret))},
		"a file with base64 in 2": {file: base64.StdEncoding.EncodeToString([]byte("me:ab" + secret + "abc"))},
		"a planted file":          {file: secret, planted: true, clean: true},
		"stderr":                  {record: outcome{stderr: secret}},
		"stderr of get":           {record: outcome{args: get, stderr: secret}},
		"stdout of get":           {record: outcome{args: get, stdout: secret}, clean: true},
		"stdout of get, failing":  {record: outcome{args: get, stdout: secret, code: 1}},
		"stdout of list":          {record: outcome{args: []string{kit.Program, "list"}, stdout: secret}},
		"an argument":             {record: outcome{args: []string{"docker", "--password=" + secret}}},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLaboratory(t.TempDir())
			l.guard(secret)
			path := filepath.Join(l.dir, "file")
			if err := os.WriteFile(path, []byte(made.file), 0o600); err != nil {
				t.Fatal(err)
			}
			if made.planted {
				l.plant(path)
			}
			l.remember(made.record)
			if err := sweep(l); (err == nil) != made.clean {
				t.Errorf("sweep = %v; clean is %v", err, made.clean)
			}
		})
	}
}
