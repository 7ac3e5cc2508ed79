package keyring

import (
	"context"
	"errors"

	gokeyring "github.com/zalando/go-keyring"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// osVault is the operating system's own keyring: Secret Service, macOS Keychain, Windows Credential Manager. Neither
// probe nor read starts anything or prompts anybody.
type osVault struct {
	service string
	ring    ring
	probe   func(context.Context) error // nil when the keyring is there and unlocked
	read    func(ctx context.Context, service, user string) (string, error)
}

// ring is the part of go-keyring that is used for writing, which knows no context.
type ring interface {
	Set(service, user, password string) error
	Delete(service, user string) error
}

// NewOS returns the vault "os". Its records stand under the given service name.
func NewOS(service string) Vault {
	return &osVault{service: service, ring: platformRing{}, probe: probe, read: read}
}

func (v *osVault) Name() string { return osName }

func (v *osVault) Ready(ctx context.Context) error {
	_, err := call(ctx, v, func() (struct{}, error) { return struct{}{}, nil })
	return err
}

func (v *osVault) Get(ctx context.Context, key string) (credentials.Secret, error) {
	value, err := bounded(ctx, func(ctx context.Context) (string, error) { return v.read(ctx, v.service, key) })
	return credentials.NewSecret(value), fault(osName, recognise(err))
}

func (v *osVault) Set(ctx context.Context, key string, record credentials.Secret) error {
	_, err := call(ctx, v, func() (struct{}, error) {
		return struct{}{}, v.ring.Set(v.service, key, record.Reveal())
	})
	return err
}

func (v *osVault) Delete(ctx context.Context, key string) error {
	_, err := call(ctx, v, func() (struct{}, error) { return struct{}{}, v.ring.Delete(v.service, key) })
	return err
}

// call probes and then does, both within one deadline. Without the probe go-keyring would start a bus of its own where
// there is none, and wait for an answer to its prompt where the keyring is locked.
func call[T any](ctx context.Context, v *osVault, do func() (T, error)) (T, error) {
	value, err := bounded(ctx, func(ctx context.Context) (T, error) {
		if err := v.probe(ctx); err != nil {
			var zero T
			return zero, err
		}
		return do()
	})
	return value, fault(osName, recognise(err))
}

// recognise turns what go-keyring returns into this package's errors.
func recognise(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, gokeyring.ErrNotFound):
		return ErrNoRecord
	case errors.Is(err, gokeyring.ErrSetDataTooBig):
		return ErrTooLarge
	case errors.Is(err, gokeyring.ErrUnsupportedPlatform):
		return ErrUnsupported
	}
	return platformCause(err)
}

type platformRing struct{}

func (platformRing) Set(service, user, password string) error {
	return gokeyring.Set(service, user, password)
}

func (platformRing) Delete(service, user string) error { return gokeyring.Delete(service, user) }
