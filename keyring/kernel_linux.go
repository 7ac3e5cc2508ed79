package keyring

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/sys/unix"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

// kernelVault keeps records in the kernel's keyring of this user (keyrings(7)): in memory, until the machine goes down,
// with no daemon and no desktop. What is kept there is sealed with a key of the user's own in the state directory,
// since root in a container can read the keyring of root outside, and must have nothing of it (measured).
type kernelVault struct{ dir string }

// NewKernel returns the vault "kernel", whose sealing key lies in the state directory dir.
func NewKernel(dir string) Vault { return &kernelVault{dir: dir} }

// What the kernel is asked for.
const (
	keyType = "user"
	// forUser lets every process of this user use a key, in other login sessions and services too, and nobody else:
	// all rights for who possesses it and for its user (keyctl(2)).
	forUser = 0x3f3f0000
	// trial is how many seconds a key without any secret lasts, should this process be killed before it takes it away.
	trial = 60
)

func (v *kernelVault) Name() string { return kernelName }

// Ready implements Vault: it adds a key without any secret, and takes it away again. Nothing is made in the state
// directory for that. The key is as small as can be: the kernel gives the room of a removed one back only some time
// later, and a user other than root has 20,000 bytes in all.
func (v *kernelVault) Ready(ctx context.Context) error {
	_, err := bounded(ctx, func(context.Context) (struct{}, error) {
		if _, err := openSeal(v.dir); err != nil && !errors.Is(err, ErrNoRecord) {
			return struct{}{}, err
		}
		ring := userRing()
		id, err := publish(ring, appName+":ready:"+newID(), []byte{0}, trial)
		if err == nil {
			_, err = unix.KeyctlInt(unix.KEYCTL_UNLINK, id, ring, 0, 0)
		}
		return struct{}{}, kernelCause(err)
	})
	return fault(kernelName, err)
}

// Get implements Vault.
func (v *kernelVault) Get(ctx context.Context, key string) (credentials.Secret, error) {
	value, err := bounded(ctx, func(context.Context) (credentials.Secret, error) {
		s, err := openSeal(v.dir)
		if err != nil {
			return credentials.Secret{}, err
		}
		id, err := unix.KeyctlSearch(userRing(), keyType, s.name(key), 0)
		if err != nil {
			return credentials.Secret{}, kernelCause(err)
		}
		sealed := make([]byte, maxSealed)
		n, err := unix.KeyctlBuffer(unix.KEYCTL_READ, id, sealed, 0)
		if err != nil {
			return credentials.Secret{}, kernelCause(err)
		}
		return s.open(key, sealed[:min(n, len(sealed))])
	})
	return value, fault(kernelName, err)
}

// Set implements Vault. The kernel forgets the record when the token in it expires.
func (v *kernelVault) Set(ctx context.Context, key string, record credentials.Secret) error {
	_, err := bounded(ctx, func(context.Context) (struct{}, error) {
		s, err := makeSeal(v.dir)
		if err != nil {
			return struct{}{}, err
		}
		sealed, err := s.seal(key, record)
		if err != nil {
			return struct{}{}, err
		}
		_, err = publish(userRing(), s.name(key), sealed, secondsUntil(recordExpiry(record)))
		return struct{}{}, kernelCause(err)
	})
	return fault(kernelName, err)
}

// Delete implements Vault.
func (v *kernelVault) Delete(ctx context.Context, key string) error {
	_, err := bounded(ctx, func(context.Context) (struct{}, error) {
		s, err := openSeal(v.dir)
		if err != nil {
			return struct{}{}, err
		}
		ring := userRing()
		id, err := unix.KeyctlSearch(ring, keyType, s.name(key), 0)
		if err == nil {
			_, err = unix.KeyctlInt(unix.KEYCTL_UNLINK, id, ring, 0, 0)
		}
		return struct{}{}, kernelCause(err)
	})
	return fault(kernelName, err)
}

// publish puts a key into ring in one step, in the place of one of that name. It is made in this thread's own keyring,
// which goes with the thread: so a process that is killed leaves no key without rights or timeout behind; and so the
// thread may give it both, which takes a key that one possesses (keyrings(7)). What lies in the user's keyring alone
// nobody possesses in a service, under su and sudo, or in a screen whose login is over.
func publish(ring int, name string, content []byte, seconds int) (id int, err error) {
	runtime.LockOSThread() // It is never unlocked: the thread ends with bounded's goroutine.
	id, err = unix.AddKey(keyType, name, content, unix.KEY_SPEC_THREAD_KEYRING)
	if err == nil {
		err = unix.KeyctlSetperm(id, forUser)
	}
	if err == nil {
		_, err = unix.KeyctlInt(unix.KEYCTL_SET_TIMEOUT, id, seconds, 0, 0)
	}
	if err == nil {
		_, err = unix.KeyctlInt(unix.KEYCTL_LINK, id, ring, 0, 0)
	}
	if err == nil {
		// The thread's keyring would hold on to the key, and to its room in the quota, for a while after its end.
		_, err = unix.KeyctlInt(unix.KEYCTL_UNLINK, id, unix.KEY_SPEC_THREAD_KEYRING, 0, 0)
	}
	return id, err
}

// secondsUntil returns the kernel's timeout for a key that shall be gone at that instant; 0 is never.
func secondsUntil(at time.Time, known bool) int {
	const most = 1<<31 - 1
	if !known {
		return 0
	}
	return int(min(max(time.Until(at)/time.Second, 1), most))
}

// kernelCause says what the kernel's answer means.
func kernelCause(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, unix.ENOKEY), errors.Is(err, unix.EKEYEXPIRED), errors.Is(err, unix.EKEYREVOKED):
		return ErrNoRecord
	case errors.Is(err, unix.EDQUOT):
		return ErrQuota
	case errors.Is(err, unix.EPERM), errors.Is(err, unix.ENOSYS), errors.Is(err, unix.EACCES):
		return fmt.Errorf("%w (%w)", ErrBlocked, err)
	}
	return err
}
