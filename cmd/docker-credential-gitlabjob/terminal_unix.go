//go:build unix

package main

import (
	"os/signal"
	"syscall"
)

// stayInFront keeps Ctrl-Z from stopping the program until done is called: the shell to which it would go back lets the
// terminal show what is typed, and leaves it so when the program is continued.
func stayInFront() (done func()) {
	signal.Ignore(syscall.SIGTSTP)
	return func() { signal.Reset(syscall.SIGTSTP) }
}
