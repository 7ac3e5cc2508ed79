//go:build !windows

package main

import "syscall"

// errReadOnly is what writing to a read-only file system returns.
const errReadOnly = syscall.EROFS
