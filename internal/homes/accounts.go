package homes

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// Account is a user with a home directory.
type Account struct {
	Name     string
	UID, GID int
	Dir      string // absolute
}

// maxPasswd bounds what is read of /etc/passwd, in bytes: a hundred thousand accounts.
const maxPasswd = 16 << 20

// parents are the directories that homes stand in, for accounts that are in no file: those of a directory service.
var parents = []string{"home", "Users"}

// Accounts returns the accounts that have a home: those of /etc/passwd, and who owns what stands in /home and /Users.
// root is the machine's "/". They come sorted by name, and no directory comes twice. Whether a home is there, and its
// owner's, is for Open to say.
func Accounts(root fs.FS) ([]Account, error) {
	f, err := root.Open("etc/passwd")
	var all []Account
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	default:
		defer func() { _ = f.Close() }()
		text, err := io.ReadAll(io.LimitReader(f, maxPasswd))
		if err != nil {
			return nil, err
		}
		all = parsePasswd(text)
	}
	for _, parent := range parents {
		all = append(all, owners(root, parent, all)...)
	}
	sort.SliceStable(all, func(i, j int) bool {
		a, b := all[i], all[j]
		return a.Dir < b.Dir || a.Dir == b.Dir && a.UID < b.UID
	})
	all = slices.CompactFunc(all, func(a, b Account) bool { return a.Dir == b.Dir && a.UID == b.UID })
	sort.SliceStable(all, func(i, j int) bool { return all[i].Name < all[j].Name })
	return all, nil
}

// noHomes are directories that accounts of services have for a home, and that are nobody's.
var noHomes = []string{
	"/", "/nonexistent", "/dev", "/dev/null", "/bin", "/sbin", "/usr/bin", "/usr/sbin", "/proc", "/sys",
}

// parsePasswd reads the lines of passwd(5), and passes over those that are none.
func parsePasswd(text []byte) []Account {
	var all []Account
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		const name, uid, gid, home, fields = 0, 2, 3, 5, 7
		f := strings.Split(lines.Text(), ":")
		if len(f) != fields || f[name] == "" || strings.ContainsAny(f[name][:1], "+-#") {
			continue
		}
		u, uidErr := strconv.ParseUint(f[uid], 10, 32)
		g, gidErr := strconv.ParseUint(f[gid], 10, 32)
		dir := path.Clean(f[home])
		if uidErr != nil || gidErr != nil || !path.IsAbs(dir) || slices.Contains(noHomes, dir) {
			continue
		}
		all = append(all, Account{Name: f[name], UID: int(u), GID: int(g), Dir: dir})
	}
	return all
}

// owners returns who owns the directories in parent that are no home of the accounts that are known.
func owners(root fs.FS, parent string, known []Account) []Account {
	entries, err := fs.ReadDir(root, parent)
	if err != nil {
		return nil
	}
	homes, names := make(map[string]bool), make(map[int]string)
	for _, a := range known {
		homes[a.Dir], names[a.UID] = true, a.Name
	}
	var all []Account
	for _, e := range entries {
		dir := "/" + path.Join(parent, e.Name())
		if homes[dir] || !e.IsDir() {
			continue
		}
		info, err := e.Info()
		if err != nil {
			continue
		}
		if uid, gid, ok := ownerOf(info); ok && uid != 0 {
			all = append(all, Account{Name: cmp.Or(names[uid], e.Name()), UID: uid, GID: gid, Dir: dir})
		}
	}
	return all
}
