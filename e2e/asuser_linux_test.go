package e2e

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
)

// What linux/prctl.h and linux/capability.h call them.
const (
	prCapbsetDrop    = 24
	capDacOverride   = 1
	capDacReadSearch = 2
)

// asOrdinaryUser lets run start programs for which the modes of files count, even where root runs the tests: of root's
// capabilities it takes away those that make them void.
func asOrdinaryUser(run func() error) error {
	if os.Geteuid() != 0 {
		return run()
	}
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // Capabilities are a thread's. It is never unlocked, and so ends with this goroutine.
		for _, capability := range []uintptr{capDacOverride, capDacReadSearch} {
			if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, prCapbsetDrop, capability, 0); errno != 0 {
				done <- fmt.Errorf("prctl(PR_CAPBSET_DROP, %d): %w", capability, errno)
				return
			}
		}
		done <- run()
	}()
	return <-done
}
