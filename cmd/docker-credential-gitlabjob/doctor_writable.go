package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/doctor"
	"github.com/gitlabjob/docker-credential-gitlabjob/internal/editfile"
)

// writable returns the beginning of a command that lets a file be changed, up to the next command; "" where that is not
// known.
func (d *doctoring) writable(e *editfile.Error) string {
	dir := filepath.Dir(e.Path)
	sudo := ""
	if d.me.UID != 0 {
		sudo = "sudo "
	}
	for _, path := range []string{e.Path, dir} {
		if immutable(path) {
			return sudo + "chattr -i " + doctor.Quoted(path) + " && "
		}
	}
	info, err := os.Stat(dir)
	const ownerWrites = 0o200
	switch {
	case errors.Is(e, syscall.EROFS):
		return sudo + `mount -o remount,rw "$(findmnt -n -o TARGET -T ` + doctor.Quoted(dir) + `)" && `
	case err == nil && errors.Is(e, fs.ErrPermission) && info.Mode()&ownerWrites == 0:
		return "chmod u+w " + doctor.Quoted(dir) + " && "
	}
	return ""
}
