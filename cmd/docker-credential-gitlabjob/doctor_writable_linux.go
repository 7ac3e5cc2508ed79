package main

import "golang.org/x/sys/unix"

// immutable reports whether a file bears the mark of chattr(1) with which nobody changes it, not even root.
func immutable(path string) bool {
	var stat unix.Statx_t
	err := unix.Statx(unix.AT_FDCWD, path, 0, 0, &stat)
	return err == nil && stat.Attributes&unix.STATX_ATTR_IMMUTABLE != 0
}
