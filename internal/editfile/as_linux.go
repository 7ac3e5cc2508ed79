package editfile

import (
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// as calls do with the file system's view of the given user instead of root's: what that user may not do, do may not
// (setfsuid(2); the capabilities that make modes void go with it).
func as(uid, gid int, do func() error) error {
	done := make(chan error, 1)
	go func() {
		defer close(done)      // whatever do does, nobody waits for it for ever
		runtime.LockOSThread() // These ids are a thread's. It is never unlocked, and so ends with this goroutine.
		if err := become(uid, gid); err != nil {
			done <- err
			return
		}
		done <- do()
	}()
	return <-done
}

func become(uid, gid int) error {
	// The raw call concerns this thread alone, as the two below do; package syscall's would change all of them.
	if _, _, errno := unix.RawSyscall(unix.SYS_SETGROUPS, 0, 0, 0); errno != 0 {
		return errPowerless
	}
	_ = syscall.Setfsgid(gid)
	_ = syscall.Setfsuid(uid)
	// Neither says that it has failed; what cannot be set is not set, and the old value is the answer.
	if now, err := unix.SetfsgidRetGid(-1); err != nil || now != gid {
		return errPowerless
	}
	if now, err := unix.SetfsuidRetUid(-1); err != nil || now != uid {
		return errPowerless
	}
	return nil
}
