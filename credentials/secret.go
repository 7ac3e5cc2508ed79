package credentials

import (
	"crypto/subtle"
	"fmt"
)

const redacted = "[redacted]"

// Secret is a token or password. However it is printed, formatted or encoded, it shows as "[redacted]"; the value
// itself comes out of Reveal only, so that the places where it leaves the program can be found by name.
type Secret struct{ value string }

// NewSecret wraps value.
func NewSecret(value string) Secret { return Secret{value: value} }

// Reveal returns the value itself.
func (s Secret) Reveal() string { return s.value }

// Empty reports whether there is no value.
func (s Secret) Empty() bool { return s.value == "" }

// Equal compares in a time that does not depend on where the two differ.
func (s Secret) Equal(other Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.value), []byte(other.value)) == 1
}

// Format implements fmt.Formatter, which every verb and flag of package fmt goes through.
func (Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// String implements fmt.Stringer for callers that do not go through package fmt.
func (Secret) String() string { return redacted }

// MarshalText implements encoding.TextMarshaler, and with it JSON, TOML and log/slog.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
