//go:build !linux

package keyring

import (
	"context"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// NewKernel returns a vault that does nothing but say that only Linux has one.
func NewKernel(string) Vault { return noKernel{} }

type noKernel struct{}

func (noKernel) Name() string { return kernelName }

func (noKernel) Ready(context.Context) error { return fault(kernelName, ErrUnsupported) }

func (noKernel) Get(context.Context, string) (credentials.Secret, error) {
	return credentials.Secret{}, fault(kernelName, ErrUnsupported)
}

func (noKernel) Set(context.Context, string, credentials.Secret) error {
	return fault(kernelName, ErrUnsupported)
}

func (noKernel) Delete(context.Context, string) error { return fault(kernelName, ErrUnsupported) }
