package gitlab

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// maxRoots bounds a file of certificate authorities, in bytes. All that a system trusts is a quarter of it.
const maxRoots = 1 << 20

// rootsWith returns the system's root certificates and those of caFile; nil, which means the system's, without one.
func rootsWith(caFile string) (*x509.CertPool, error) {
	if caFile == "" {
		return nil, nil
	}
	pem, err := readBounded(caFile)
	if err != nil {
		return nil, fmt.Errorf("the file of certificate authorities %s cannot be read: %w", quoted(caFile), err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool() // A system without roots is no reason to distrust the file.
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("the file of certificate authorities %s has no certificate in it", quoted(caFile))
	}
	return roots, nil
}

// readBounded reads a regular file of at most maxRoots bytes. It asks what the file is before it opens it, because
// opening a pipe waits for its other end, which no deadline would cut short. Errors are without the file's name.
func readBounded(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, withoutPath(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is not a regular file")
	}
	file, err := os.Open(filepath.Clean(name))
	if err != nil {
		return nil, withoutPath(err)
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, maxRoots+1)) // Files of /proc say that they are empty, and are not.
	if err != nil {
		return nil, withoutPath(err)
	}
	if len(text) > maxRoots {
		return nil, fmt.Errorf("it is longer than %d bytes", maxRoots)
	}
	return text, nil
}

// withoutPath returns what went wrong with a file without the file's name, which may be of any length: people put the
// certificate itself where its file's name belongs.
func withoutPath(err error) error {
	var about *fs.PathError
	if errors.As(err, &about) {
		return about.Err
	}
	return err
}
