package keyring

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/readfile"
)

const (
	sealFile  = "kernel.key"
	sealBytes = 32 // AES-256
	// maxSealed is the most bytes a sealed record may have: nonce and tag come on top of it.
	maxSealed = MaxRecord + 64
)

// seal is what records are sealed with before they leave this user's own files: AES-256-GCM, with a random key that
// lies in the state directory (0600). It binds a record to the name it is kept under.
type seal struct {
	aead cipher.AEAD
	id   string // tells this state directory from others, and does not tell the key
}

// openSeal reads the key. Without one nothing can have been sealed: ErrNoRecord.
func openSeal(dir string) (*seal, error) {
	path := filepath.Join(dir, sealFile)
	key, err := readfile.Regular(path, sealBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoRecord
	}
	if err == nil {
		err = checkSeal(path, key)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(append([]byte("docker-credential-gitlabjob catalogue id\x00"), key...))
	const enough = 8
	return &seal{aead: aead, id: hex.EncodeToString(sum[:enough])}, nil
}

// checkSeal refuses a key that seals nothing.
func checkSeal(path string, key []byte) error {
	const others = 0o077
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return readfile.Bare(err)
	case info.Mode().Perm()&others != 0:
		return errors.New("others than its owner may use it; remove it, and log in again")
	case len(key) != sealBytes:
		return errors.New("it is damaged; remove it, and log in again")
	}
	return nil
}

// makeSeal is openSeal for a directory that may have no key yet: it makes one, once, however many try.
func makeSeal(dir string) (*seal, error) {
	s, err := openSeal(dir)
	if !errors.Is(err, ErrNoRecord) {
		return s, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	temp, err := os.CreateTemp(dir, sealFile+".") // 0600
	if err != nil {
		return nil, readfile.Bare(err)
	}
	defer func() { _ = os.Remove(temp.Name()) }()
	key := make([]byte, sealBytes)
	_, _ = rand.Read(key) // it never fails
	_, err = temp.Write(key)
	if err = errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(temp.Name(), filepath.Join(dir, sealFile)); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	if s, err = openSeal(dir); errors.Is(err, ErrNoRecord) {
		// Something is in the key's place all the same. ErrNoRecord would be no answer to a write.
		return nil, fmt.Errorf("%s: it is a link to nothing; remove it, and log in again", filepath.Join(dir, sealFile))
	}
	return s, err
}

// name is what a record is kept under.
func (s *seal) name(key string) string { return appName + ":" + s.id + ":" + key }

func (s *seal) seal(key string, record credentials.Secret) ([]byte, error) {
	if len(record.Reveal()) > MaxRecord {
		return nil, ErrTooLarge
	}
	//nolint:gosec // the nonce is random, and made by NewGCMWithRandomNonce: none is to be given here
	return s.aead.Seal(nil, nil, []byte(record.Reveal()), []byte(s.name(key))), nil
}

func (s *seal) open(key string, sealed []byte) (credentials.Secret, error) {
	plain, err := s.aead.Open(nil, nil, sealed, []byte(s.name(key)))
	if err != nil {
		return credentials.Secret{}, ErrGarbled
	}
	return credentials.NewSecret(string(plain)), nil
}
