//go:build linux || netbsd || openbsd || (freebsd && cgo) || (dragonfly && cgo)

package keyring

import (
	"context"
	"fmt"
	"slices"

	"github.com/godbus/dbus/v5"
	ss "github.com/zalando/go-keyring/secret_service"
)

// read gets what go-keyring has written, without go-keyring. This is the one call that every pull waits for: over a
// single connection it takes three questions instead of ten (measured, doc/design.md), and it asks for no Unlock, so it
// cannot raise a prompt, whatever the state of the keyring.
func read(ctx context.Context, service, user string) (string, error) {
	conn, err := connect(ctx)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()

	attributes := map[string]string{"service": service, "username": user} // as go-keyring writes them
	var unlocked, locked []dbus.ObjectPath
	search := ask(ctx, conn, secretsPath, secretsAPI+"Service.SearchItems", attributes)
	if search.Err != nil {
		return "", platformCause(search.Err)
	}
	if err := search.Store(&unlocked, &locked); err != nil {
		return "", fmt.Errorf("the Secret Service's answer was not understood: %w", err)
	}
	switch {
	case len(unlocked) == 0 && len(locked) > 0:
		return "", ErrLocked
	case len(unlocked) == 0:
		// Some services find nothing in a collection that is locked.
		if err := probeOn(ctx, conn); err != nil {
			return "", err
		}
		return "", ErrNoRecord
	}
	slices.Sort(unlocked) // of several, always the same

	var disregard dbus.Variant
	var session dbus.ObjectPath
	open := ask(ctx, conn, secretsPath, secretsAPI+"Service.OpenSession", "plain", dbus.MakeVariant(""))
	if open.Err != nil {
		return "", platformCause(open.Err)
	}
	if err := open.Store(&disregard, &session); err != nil {
		return "", fmt.Errorf("the Secret Service's answer was not understood: %w", err)
	}
	var secret ss.Secret
	value := ask(ctx, conn, unlocked[0], secretsAPI+"Item.GetSecret", session)
	if value.Err != nil {
		return "", platformCause(value.Err)
	}
	if err := value.Store(&secret); err != nil {
		return "", fmt.Errorf("the Secret Service's answer was not understood: %w", err)
	}
	return string(secret.Value), nil // the session ends with the connection
}
