//go:build linux || netbsd || openbsd || (freebsd && cgo) || (dragonfly && cgo)

package keyring

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/godbus/dbus/v5"
)

// UsesKeychain says whether the vault "os" is macOS' Keychain.
const UsesKeychain = false

// The names of the Secret Service API draft 0.2 (specifications.freedesktop.org/secret-service).
const (
	secretsName   = "org.freedesktop.secrets"
	secretsPath   = "/org/freedesktop/secrets"
	secretsAPI    = "org.freedesktop.Secret."
	secretsErrors = secretsAPI + "Error."
)

// connect returns a connection to the session bus that is there, and an error where there is none. It never starts one:
// go-keyring's own connection would run dbus-launch, which leaves two daemons behind on each call.
func connect(ctx context.Context) (*dbus.Conn, error) {
	conn, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(ctx))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoBus, err)
	}
	if err := conn.Auth(nil); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %w", ErrNoBus, err), conn.Close())
	}
	if err := conn.Hello(); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %w", ErrNoBus, err), conn.Close())
	}
	return conn, nil
}

// ask calls a method of the Secret Service, which it does not start where it is not running.
func ask(ctx context.Context, conn *dbus.Conn, path dbus.ObjectPath, method string, args ...any) *dbus.Call {
	return conn.Object(secretsName, path).CallWithContext(ctx, method, dbus.FlagNoAutoStart, args...)
}

// probe says why the Secret Service cannot be used right now, or returns nil. A locked collection is an error, because
// go-keyring would raise a prompt and wait for it without an end. Where it returns nil the bus has an address that
// go-keyring shares, and the service runs.
func probe(ctx context.Context) error {
	conn, err := connect(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	return probeOn(ctx, conn)
}

func probeOn(ctx context.Context, conn *dbus.Conn) error {
	const getProperty = "org.freedesktop.DBus.Properties.Get"
	var collections []dbus.ObjectPath
	call := ask(ctx, conn, secretsPath, getProperty, secretsAPI+"Service", "Collections")
	if err := store(call, &collections); err != nil {
		return err
	}
	// The collection that go-keyring uses (its secret_service.go, GetLoginCollection).
	collection := dbus.ObjectPath(secretsPath + "/collection/login")
	if !slices.Contains(collections, collection) {
		collection = secretsPath + "/aliases/default"
	}
	var locked bool
	if err := store(ask(ctx, conn, collection, getProperty, secretsAPI+"Collection", "Locked"), &locked); err != nil {
		return err
	}
	if locked {
		return ErrLocked
	}
	return nil
}

// store reads the answer of a call. A property comes wrapped in a variant.
func store(call *dbus.Call, into any) error {
	if call.Err != nil {
		return platformCause(call.Err)
	}
	if len(call.Body) == 1 {
		if v, ok := call.Body[0].(dbus.Variant); ok {
			return v.Store(into)
		}
	}
	return call.Store(into)
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
			return ErrNoCollection
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
