//go:build unix

package subprocess

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/gitlabjob/docker-credential-gitlabjob/internal/steps"
)

// Trusted reports whether this process may run the program, or look for programs in the directory. For whoever is not
// root that is so: what the user's own PATH leads to is the user's. Root runs nothing that somebody else can have put
// there: a sudo that keeps PATH looks for programs in the user's own directories.
//
// So all that is on the way, through links, has to be root's and for nobody else to write. The group may write to a
// directory under /usr: Debian gives /usr/local to "staff", which has nobody in it but whom root has made an
// administrator. Through the likes of /tmp (sticky) only a directory of root's may be reached, which nobody else can
// move or replace there: a file or a link in it may be anybody's work, who has laid root's own under another name.
func Trusted(path string) bool {
	if os.Geteuid() != 0 {
		return true
	}
	for s, err := range steps.To(path) {
		if err != nil || !safe(s) {
			return false
		}
		if s.Last {
			return !open(s.Path, s.Info)
		}
	}
	return false
}

// TrustedPath returns a PATH less the directories in which root looks for no program. What a program runs in its turn,
// as docker-credential-pass does pass, is found by it.
func TrustedPath(path string) string {
	if os.Geteuid() != 0 {
		return path
	}
	var dirs []string
	for _, dir := range filepath.SplitList(path) {
		if filepath.IsAbs(dir) && Trusted(dir) {
			dirs = append(dirs, dir)
		}
	}
	return strings.Join(dirs, string(filepath.ListSeparator))
}

// safe reports whether nobody but root can have laid what is there.
func safe(s steps.Step) bool {
	stat, ok := s.Info.Sys().(*syscall.Stat_t)
	switch {
	case !ok || stat.Uid != 0:
		return false
	case s.Info.IsDir():
		return !open(s.Path, s.Info) || s.Info.Mode()&fs.ModeSticky != 0
	case open(filepath.Dir(s.Path), s.Dir):
		return false
	}
	return s.Info.Mode().Type() == fs.ModeSymlink || !open(s.Path, s.Info) // the mode of a link says nothing
}

// open reports whether others than root may write there.
func open(path string, info fs.FileInfo) bool {
	const others, group = 0o002, 0o020
	mode := info.Mode()
	staffs := mode.IsDir() && strings.HasPrefix(path+"/", "/usr/")
	return mode.Perm()&others != 0 || mode.Perm()&group != 0 && !staffs
}
