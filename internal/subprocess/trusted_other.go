//go:build !unix

package subprocess

// Trusted is for root.
func Trusted(string) bool { return true }

// TrustedPath is for root.
func TrustedPath(path string) string { return path }
