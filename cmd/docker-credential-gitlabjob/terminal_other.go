//go:build !unix

package main

// stayInFront does nothing where there is no Ctrl-Z.
func stayInFront() (done func()) { return func() {} }
