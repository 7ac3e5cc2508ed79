package editfile

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// mounting calls do in a thread that has the machine's mounts for itself, and reports whether it may mount there.
func mounting(t *testing.T, do func()) {
	t.Helper()
	done := make(chan error)
	go func() {
		defer close(done)
		runtime.LockOSThread() // The mounts are this thread's, and end with it.
		err := unix.Unshare(unix.CLONE_FS | unix.CLONE_NEWNS)
		if err == nil {
			err = unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "")
		}
		if err != nil {
			done <- err
			return
		}
		do()
	}()
	if err := <-done; err != nil {
		t.Log("not tested, because nothing can be mounted: ", err)
	}
}

// In a container the file may be mounted by itself: then nothing can take its place.
func TestMounted(t *testing.T) {
	mounting(t, func() {
		dir := t.TempDir()
		path := write(t, filepath.Join(dir, "config.json"), "old")
		if err := unix.Mount(write(t, filepath.Join(dir, "outside"), "mounted"), path, "", unix.MS_BIND, ""); err != nil {
			t.Error(err)
			return
		}
		refused(t, File{Path: path}.Edit(t.Context(), to("new")), path, ErrMounted)
		has(t, path, "mounted")
		only(t, dir, "config.json", "outside")
	})
}

func TestReadOnlyFileSystem(t *testing.T) {
	mounting(t, func() {
		dir := t.TempDir()
		path := write(t, filepath.Join(dir, "config.json"), "old")
		err := errors.Join(unix.Mount(dir, dir, "", unix.MS_BIND, ""),
			unix.Mount("", dir, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY, ""))
		if err != nil {
			t.Error(err)
			return
		}
		edit(t, path, "old")
		refused(t, File{Path: path}.Edit(t.Context(), to("new")), path, unix.EROFS)
		missing := filepath.Join(dir, "a", "config.json")
		refused(t, File{Path: missing}.Edit(t.Context(), to("new")), missing, unix.EROFS)
		has(t, path, "old")
	})
}

// Without hard links a new file is renamed into its place, and where nothing can be exchanged an old one as well.
func TestFileSystems(t *testing.T) {
	for _, kind := range []string{"tmpfs", "ramfs"} {
		mounting(t, func() {
			dir := t.TempDir()
			if err := unix.Mount(kind, dir, kind, 0, ""); err != nil {
				t.Log("not tested: ", kind, err)
				return
			}
			path := filepath.Join(dir, "config.json")
			for _, content := range []string{"first", "second"} {
				edit(t, path, content)
				has(t, path, content)
			}
			only(t, dir, "config.json")
			if err := os.Remove(path); err != nil {
				t.Error(err)
			}
		})
	}
}
