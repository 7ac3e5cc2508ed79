package main

import "syscall"

// errReadOnly is what writing to a write-protected volume returns: ERROR_WRITE_PROTECT.
const errReadOnly = syscall.Errno(19)
