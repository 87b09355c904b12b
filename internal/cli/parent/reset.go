package parent

import (
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// resetSignal gives a signal its default disposition and unblocks it,
// bypassing Go's runtime.
func resetSignal(sig syscall.Signal) {
	var action [4]uint64 // struct kernel_sigaction: SIG_DFL, no flags, empty mask
	unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(sig), uintptr(unsafe.Pointer(&action)), 0, 8, 0, 0)
}

// pause gives a signal that was sent to this process time to be delivered,
// which may be to another of its threads.
func pause() { time.Sleep(100 * time.Millisecond) }
