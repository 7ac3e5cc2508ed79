package gitlab

import (
	"crypto/x509"
	"fmt"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/readfile"
)

// maxRoots bounds a file of certificate authorities, in bytes. All that a system trusts is a quarter of it.
const maxRoots = 1 << 20

// rootsWith returns the system's root certificates and those of caFile; nil, which means the system's, without one.
func rootsWith(caFile string) (*x509.CertPool, error) {
	if caFile == "" {
		return nil, nil
	}
	pem, err := readfile.Regular(caFile, maxRoots)
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
