//go:build linux || netbsd || openbsd || (freebsd && cgo) || (dragonfly && cgo)

package keyring

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/godbus/dbus/v5"
	ss "github.com/zalando/go-keyring/secret_service"
)

// The names of the Secret Service API draft 0.2 (specifications.freedesktop.org/secret-service).
const (
	secretsName    = "org.freedesktop.secrets"
	lockedProperty = "org.freedesktop.Secret.Collection.Locked"
	secretsErrors  = "org.freedesktop.Secret.Error."
	nameHasOwner   = "org.freedesktop.DBus.NameHasOwner" // D-Bus specification, "Message Bus Messages"
)

// probe says why the Secret Service cannot be used right now, or returns nil.
//
// It begins with a connection that does not start a bus: where it succeeds the bus has an address, and go-keyring's own
// connection, which shares that address, will not run dbus-launch (which leaves two daemons behind on each call). The
// service itself is not started either, which any message to its name would do. A locked collection is an error here,
// because go-keyring would raise a prompt and wait for it without an end.
func probe(ctx context.Context) error {
	private, err := dbus.SessionBusPrivateNoAutoStartup()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoBus, err)
	}
	_ = private.Close()
	svc, err := ss.NewSecretService()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoBus, err)
	}
	var owned bool
	call := svc.BusObject().CallWithContext(ctx, nameHasOwner, dbus.FlagNoAutoStart, secretsName)
	if err := call.Store(&owned); err != nil {
		return fmt.Errorf("%w: %w", ErrNoBus, err)
	}
	if !owned {
		return ErrNoService
	}
	locked, err := svc.GetLoginCollection().GetProperty(lockedProperty)
	if err != nil {
		return platformCause(err)
	}
	if is, ok := locked.Value().(bool); ok && is {
		return ErrLocked
	}
	return nil
}

// platformCause recognises the errors of D-Bus and of the Secret Service by name, and go-keyring's own by their text.
func platformCause(err error) error {
	var remote dbus.Error
	if errors.As(err, &remote) {
		switch remote.Name {
		case secretsErrors + "IsLocked":
			return ErrLocked
		case secretsErrors + "NoSuchObject",
			"org.freedesktop.DBus.Error.UnknownObject",
			"org.freedesktop.DBus.Error.UnknownMethod",
			"org.freedesktop.DBus.Error.UnknownInterface":
			return fmt.Errorf("%w: %w", ErrNoCollection, err)
		case "org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner":
			return ErrNoService
		case "org.freedesktop.DBus.Error.NoReply":
			return ErrHung
		}
	}
	// go-keyring v0.2.8: the collection did not unlock, because its prompt was dismissed.
	if strings.Contains(err.Error(), "failed to unlock correct collection") {
		return fmt.Errorf("%w: %w", ErrLocked, err)
	}
	if errors.Is(err, dbus.ErrClosed) {
		return fmt.Errorf("%w: %w", ErrNoBus, err)
	}
	return err
}
