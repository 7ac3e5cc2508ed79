package e2e

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/gitlabjob/docker-credential-gitlabjob/e2e/kit"
)

// killAt makes this test program a tracer: it runs the program on its command line, and kills it when it is about to
// make the call of this number; 0: never. strace counts the calls of each thread by itself, and so reaches only the first
// ones of a Go program, whose threads take turns.
const killAt = "GITLABJOB_E2E_KILL_AT"

func init() {
	if number, err := strconv.Atoi(os.Getenv(killAt)); err == nil {
		os.Exit(trace(os.Args[1:], number))
	}
}

// telling are the calls that somebody else can tell of, now or later. Between two of them it makes no difference when a
// program is killed.
var telling = map[uint64]bool{
	unix.SYS_OPENAT: true, unix.SYS_WRITE: true, unix.SYS_CLOSE: true, unix.SYS_FSYNC: true, unix.SYS_FLOCK: true,
	unix.SYS_RENAMEAT: true, unix.SYS_RENAMEAT2: true, unix.SYS_UNLINKAT: true, unix.SYS_MKDIRAT: true,
	unix.SYS_CONNECT: true, unix.SYS_SENDTO: true, unix.SYS_CLONE: true, unix.SYS_WAITID: true,
	unix.SYS_KEYCTL: true, unix.SYS_ADD_KEY: true, unix.SYS_REQUEST_KEY: true, unix.SYS_EXIT_GROUP: true,
}

// run is what a traced program has done.
type run struct {
	killed         bool
	calls, connect int // how many telling calls it has made; which of them was its last connect
}

// traced runs cmd until it makes the nth telling call.
func traced(t *testing.T, cmd *exec.Cmd, nth int) (r run) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	tracer := exec.CommandContext(t.Context(), self, cmd.Args...)
	tracer.Args[1] = cmd.Path
	tracer.Env = append(slices.Clone(cmd.Env), killAt+"="+strconv.Itoa(nth))
	tracer.Dir = cmd.Dir
	result, err := kit.Run(tracer, "")
	if _, scanErr := fmt.Sscanf(result.Stdout, toldFormat, &r.calls, &r.connect); err != nil || scanErr != nil {
		t.Fatalf("the tracer: %v, %+v", err, result)
	}
	if result.Code != 0 && result.Code != tracerKilled {
		t.Errorf("the traced program: %+v", result)
	}
	r.killed = result.Code == tracerKilled
	return r
}

const (
	toldFormat                 = "calls: %d, connect: %d\n"
	tracerKilled, tracerFailed = 100, 101
)

// trace is the tracer. Of the program's own children nothing is traced.
func trace(words []string, nth int) int {
	runtime.LockOSThread()
	_ = os.Unsetenv(killAt)
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Ptrace: true}
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return tracerFailed
	}
	pid, told := cmd.Process.Pid, run{}
	options := unix.PTRACE_O_TRACESYSGOOD | unix.PTRACE_O_TRACECLONE | unix.PTRACE_O_EXITKILL
	for began := false; ; {
		var status unix.WaitStatus
		tid, err := unix.Wait4(-1, &status, unix.WALL, nil)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case err == nil && !began:
			err = unix.PtraceSetOptions(tid, options)
			began = true
		case err == nil && tid == pid && (status.Exited() || status.Signaled()):
			fmt.Printf(toldFormat, told.calls, told.connect)
			if status.Signaled() {
				return tracerKilled
			}
			return status.ExitStatus()
		case err == nil && status.Stopped() && status.StopSignal() == unix.SIGTRAP|0x80:
			call, entered := callOf(tid)
			if !entered || !telling[call] {
				break
			}
			if told.calls++; call == unix.SYS_CONNECT {
				told.connect = told.calls
			}
			if told.calls == nth {
				err = unix.Kill(pid, unix.SIGKILL)
			}
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "tracer:", err)
			return tracerFailed
		}
		if status.Stopped() {
			_ = unix.PtraceSyscall(tid, passedSignal(status.StopSignal())) // it may have been killed
		}
	}
}

// passedSignal returns the signal that a stopped thread is to get, and not those by which it was stopped.
func passedSignal(s unix.Signal) int {
	if s == unix.SIGTRAP || s == unix.SIGTRAP|0x80 || s == unix.SIGSTOP {
		return 0
	}
	return int(s)
}

// callOf returns which call a thread is at, and whether it is about to make it.
func callOf(tid int) (call uint64, entered bool) {
	const getSyscallInfo, entry = 0x420e, 1 // linux/ptrace.h
	var info struct {
		op     uint8
		_      [3]uint8
		arch   uint32
		ip, sp uint64
		nr     uint64
		args   [6]uint64
	}
	_, _, errno := unix.Syscall6(unix.SYS_PTRACE, getSyscallInfo, uintptr(tid), unsafe.Sizeof(info),
		uintptr(unsafe.Pointer(&info)), 0, 0)
	return info.nr, errno == 0 && info.op == entry
}
