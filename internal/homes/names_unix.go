//go:build unix

package homes

import (
	"os"
)

// Names returns the names in a directory below, at most so many, in no order.
func (d *Dir) Names(name string, most int) ([]string, error) {
	fd, err := d.walk(name, asDir)
	if err != nil {
		return nil, err
	}
	dir := os.NewFile(uintptr(fd), name)
	defer func() { _ = dir.Close() }()
	return dir.Readdirnames(most)
}
