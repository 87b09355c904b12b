package spawn

import (
	"sync/atomic"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// forward is what the signal handler in assembly reads and writes. Go's own
// handlers would do, but they end with an exec, and what they have queued is
// lost then.
var forward struct {
	pid    int32  // where to; 0 before there is a process
	_      int32  // so that the rest has the same place everywhere
	pass   uint64 // signals to be sent on: bit n-1 is signal n
	caught uint64 // those that came before there was a process
}

// Forward keeps this process from being ended by the given signals, from now
// until it executes another program and beyond: those of pass are for the
// process that ForwardTo names, and those of swallow for nobody. A signal that
// is ignored stays so, as nohup(1) wants it.
func Forward(pass, swallow []syscall.Signal) {
	handler, restorer := handlers()
	atomic.StoreInt32(&forward.pid, 0)
	forward.pass = SignalSet(pass)
	for _, list := range [][]syscall.Signal{pass, swallow} {
		for _, s := range list {
			if disposition(s) != sigIgn {
				act := sigaction{handler, saFlags, restorer, ^uint64(0)}
				unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(s), uintptr(unsafe.Pointer(&act)), 0, 8, 0, 0)
			}
		}
	}
}

// ForwardTo names the process, and sends it what has come for it meanwhile.
func ForwardTo(pid int) {
	atomic.StoreInt32(&forward.pid, int32(pid))
	for caught, s := atomic.SwapUint64(&forward.caught, 0), syscall.Signal(1); caught != 0; caught, s = caught>>1, s+1 {
		if caught&1 != 0 {
			unix.Kill(pid, s)
		}
	}
}

// SignalSet is a set of signals as the kernel has it: bit n-1 is signal n.
func SignalSet(list []syscall.Signal) (set uint64) {
	for _, s := range list {
		set |= 1 << (s - 1)
	}
	return set
}

// sigaction is struct sigaction as rt_sigaction(2) has it, not the C library.
type sigaction struct {
	handler  uintptr
	flags    uint64
	restorer uintptr
	mask     uint64
}

const sigIgn = 1 // SIG_IGN

func disposition(s syscall.Signal) uintptr {
	var act sigaction
	unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(s), 0, uintptr(unsafe.Pointer(&act)), 8, 0, 0)
	return act.handler
}

// passOn is the handler, never called from Go.
//
//lint:ignore U1000 the assembly has it
func passOn()

// handlers returns the addresses of the handler and of what it returns to.
func handlers() (handler, restorer uintptr)
