package keyring

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/subprocess"
)

// Deadline bounds every single call to a vault. Docker waits for its helper without any limit of its own.
const Deadline = 3 * time.Second

// Vault keeps opaque records under keys. It is safe for use by several goroutines. Errors other than ErrNoRecord come
// as a *VaultError.
type Vault interface {
	// Name is how the catalogue refers to the vault: "os", "helper:pass".
	Name() string
	// Ready returns nil when the vault could be read and written now.
	Ready(ctx context.Context) error
	// Get returns the record under key, or ErrNoRecord.
	Get(ctx context.Context, key string) (credentials.Secret, error)
	// Set writes the record under key, over any that is there. A vault may lie about success: read it back.
	Set(ctx context.Context, key string, record credentials.Secret) error
	// Delete removes the record under key, or returns ErrNoRecord.
	Delete(ctx context.Context, key string) error
}

// ErrNoRecord is what a vault answers for a key it does not have.
var ErrNoRecord = errors.New("the vault has no such record")

// The ways in which a vault fails, wrapped in a *VaultError.
var (
	ErrNoBus        = errors.New("there is no D-Bus session bus")
	ErrNoService    = errors.New("no Secret Service runs on the session bus")
	ErrNoCollection = errors.New("the Secret Service has no default collection")
	ErrLocked       = errors.New("the keyring is locked")
	ErrDismissed    = errors.New("the keyring's prompt was dismissed, nothing was written")
	ErrHung         = error(hungError{})
	ErrTooLarge     = fmt.Errorf("the record is larger than the %d bytes that every vault can hold", MaxRecord)
	ErrGarbled      = errors.New("the vault returned something else than was written")
	ErrUnsupported  = errors.New("this platform has no keyring that this build can use")
	ErrNoHelper     = errors.New("the credential helper cannot be run")
	ErrNoStore      = errors.New("pass has no password store yet")
	ErrNoVault      = errors.New("this version knows no vault of that name")
	ErrQuota        = errors.New("the kernel's quota of keys for this user is used up")
	ErrBlocked      = errors.New("the kernel's keyring is blocked here, as it is in containers")
	ErrNone         = errors.New("GITLABJOB_KEYRING=none keeps nothing")
)

// hungError is of a vault that does not answer in time.
type hungError struct{}

// Error implements error.
func (hungError) Error() string { return "the keyring did not answer within " + Deadline.String() }

// Timeout tells who would ask again that there is no point in it, as net.Error does.
func (hungError) Timeout() bool { return true }

// VaultError says which vault failed. Err wraps one of the errors above where the cause was recognised.
type VaultError struct {
	Vault string
	Err   error
}

// Error implements error.
func (e *VaultError) Error() string { return fmt.Sprintf("vault %q: %v", e.Vault, e.Err) }

// Unwrap returns the cause.
func (e *VaultError) Unwrap() error { return e.Err }

// grace is what a call gets to tidy up once its time is over: to end a process that it has started.
const grace = 2 * subprocess.WaitDelay

// bounded runs call, which may know no context, and gives up on it when ctx or Deadline ends, and grace after that. A
// call given up on goes on in its goroutine until the process ends, which for this program is soon.
func bounded[T any](ctx context.Context, call func(context.Context) (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	ctx, cancel := context.WithTimeout(ctx, Deadline)
	defer cancel()
	done := make(chan answer, 1) // room for the answer that nobody waits for any more
	go func() {
		var a answer
		defer func() {
			if p := recover(); p != nil { // go-keyring trusts the types of what a service answers
				a.err = fmt.Errorf("the keyring's answer was not understood: %v", p)
			}
			done <- a
		}()
		a.value, a.err = call(ctx)
	}()
	var zero T
	select {
	case a := <-done:
		if a.err == nil || ctx.Err() == nil {
			return a.value, a.err
		}
	case <-ctx.Done():
		select {
		case <-done: // too late to count
		case <-time.After(grace):
		}
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return zero, ErrHung
	}
	return zero, ctx.Err()
}

// fault wraps err for the vault of that name, and leaves nil and ErrNoRecord alone.
func fault(vault string, err error) error {
	if err == nil || errors.Is(err, ErrNoRecord) {
		return err
	}
	return &VaultError{Vault: vault, Err: err}
}
