package keyring

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gitlabjob/docker-credential-gitlabjob/credentials"
)

const announcedDir = "announced"

// FirstToday reports whether nobody has asked this about h on the day of now (UTC), and remembers that it was asked. It
// is false as well where that cannot be remembered. Of fifty processes that ask at once, one is the first.
func (k *Keyring) FirstToday(h credentials.Host, now time.Time) bool {
	dir, err := stateDir(k.Getenv)
	if err != nil {
		return false
	}
	dir = filepath.Join(dir, announcedDir)
	name := strings.NewReplacer(":", "_", "[", "", "]", "").Replace(h.String()) // as Windows lets files be called
	mark := filepath.Join(dir, name+"@"+now.UTC().Format(time.DateOnly))
	if err := os.Mkdir(dir, 0o700); err != nil && !os.IsExist(err) {
		return false
	}
	file, err := os.OpenFile(mark, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // the user's own directory
	if err != nil {
		return false
	}
	_ = file.Close()
	old, _ := filepath.Glob(filepath.Join(dir, name+"@*"))
	for _, path := range old {
		if path != mark {
			_ = os.Remove(path)
		}
	}
	return true
}
