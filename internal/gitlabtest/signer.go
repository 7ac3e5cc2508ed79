package gitlabtest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const keyBits = 2048

// signer signs JWTs, and shows its certificate in them.
type signer struct {
	key     *rsa.PrivateKey
	kid     string
	x5c     []string // base64 of DER (RFC 7515, 4.1.6)
	certPEM []byte
}

// sharedSigner makes the one key of this process, with which every stand-in signs. Making it takes longer than most
// tests do.
var sharedSigner = sync.OnceValues(newSigner)

func newSigner() (*signer, error) {
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return nil, fmt.Errorf("making a key: %w", err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "gitlabtest-issuer"},
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.Add(24 * time.Hour),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		BasicConstraintsValid: true,
		IsCA:                  true, // It is the end and the root of its own chain, as with GitLab's own package.
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("making a certificate: %w", err)
	}
	return &signer{
		key:     key,
		kid:     randomID(),
		x5c:     []string{base64.StdEncoding.EncodeToString(der)},
		certPEM: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
	}, nil
}

// sign returns claims as an RS256 JWT with the certificate in its header.
func (s *signer) sign(claims jwt.Claims) (string, error) {
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	token.Header["x5c"] = s.x5c
	return token.SignedString(s.key)
}

func randomID() string { return rand.Text() }
