package gitlab

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/gitlabtest"
)

func TestCAFile(t *testing.T) {
	t.Parallel()
	private := selfSigned()
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pemOf(private), 0o600); err != nil {
		t.Fatal(err)
	}
	w := secureWorld(t, private, gitlabtest.Token{Scopes: []string{"api"}})
	_, err := w.inspect(t, "jane")
	wantUnreachable(t, err, "certificate signed by unknown authority")
	if seen := w.gitlab.Seen(); len(seen) != 0 {
		t.Errorf("GitLab was asked: %v", seen)
	}
	w.client = w.newClient(file)
	if _, err := w.inspect(t, "jane"); err != nil {
		t.Errorf("with the file: %v", err)
	}
	system := secureWorld(t, envCert, gitlabtest.Token{Scopes: []string{"api"}})
	system.client = system.newClient(file)
	if _, err := system.inspect(t, "jane"); err != nil {
		t.Errorf("with the file, a certificate of the system's: %v", err)
	}
}

func TestBadCAFile(t *testing.T) {
	t.Parallel()
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	long := filepath.Join(t.TempDir(), "long.pem")
	if err := os.WriteFile(long, make([]byte, 1<<20+1), 0o600); err != nil {
		t.Fatal(err)
	}
	for file, text := range map[string]string{
		empty:                                "has no certificate in it",
		long:                                 "larger than 1048576 bytes",
		filepath.Join(t.TempDir(), "ca.pem"): "cannot be read: no such file or directory",
		t.TempDir():                          "not a regular file",
		os.DevNull:                           "not a regular file",
	} {
		w := newWorld(t, &gitlabtest.Token{Scopes: []string{"api"}})
		w.client = w.newClient(file)
		_, err := w.inspect(t, "jane")
		wantUnreachable(t, err, text)
		if !strings.Contains(err.Error(), file) {
			t.Errorf("%v does not name the file", err)
		}
	}
}

func TestCAFileAsLongAsCanBe(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "ca.pem")
	cert := pemOf(selfSigned())
	if err := os.WriteFile(file, append(cert, make([]byte, 1<<20-len(cert))...), 0o600); err != nil {
		t.Fatal(err)
	}
	if roots, err := rootsWith(file); err != nil || roots == nil {
		t.Errorf("%v", err)
	}
}

// TestCertificateInPlaceOfItsFile: the error stays one short line.
func TestCertificateInPlaceOfItsFile(t *testing.T) {
	t.Parallel()
	_, err := rootsWith(strings.Repeat(string(pemOf(envCert)), 10))
	if err == nil || len(err.Error()) > 800 || strings.Contains(err.Error(), "\n") {
		t.Errorf("%v", err)
	}
}
