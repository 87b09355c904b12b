package audit

import (
	"errors"
	"fmt"
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"isle/internal/caps"
)

// filters are the seccomp filters of a process's first thread.
type filters struct {
	programs [][]unix.SockFilter
	err      error // why they are not known
}

// Values of Credentials.Seccomp.
const (
	seccompOff    = 0
	seccompStrict = 1
	seccompFilter = 2
)

// patience is how long a process may take to stop.
const patience = 250 * time.Millisecond

// readFilters reads the filters of a process that has any.
func readFilters(s *subject, o Options) (f filters) {
	c := &s.Credentials
	if c.Seccomp != seccompFilter {
		return f
	}
	switch {
	case o.NoStop:
		f.err = errors.New("reading its filters would stop it for a moment, which was not wanted")
	case s.PID == unix.Getpid():
		f.err = errors.New("a process cannot read its own filters")
	case c.Tracer != 0:
		f.err = fmt.Errorf("process %d traces it already, and one can have one tracer only", c.Tracer)
	case !caps.Held().Has(unix.CAP_SYS_ADMIN) || ownFilter():
		f.err = errors.New("to read its filters takes CAP_SYS_ADMIN, and no filter of one's own")
	default:
		onThread(func() { f.programs, f.err = traceFilters(s.PID, c.Filters) })
	}
	return f
}

// ownFilter says whether this process is filtered itself (prctl(2), PR_GET_SECCOMP).
func ownFilter() bool {
	mode, err := unix.PrctlRetInt(unix.PR_GET_SECCOMP, 0, 0, 0, 0)
	return err != nil || mode != 0
}

// onThread runs a function on a thread that ends with it. A tracer is a thread,
// and what it traces runs on when it ends, however it came to that.
func onThread(f func()) {
	done := make(chan struct{})
	go func() {
		runtime.LockOSThread()
		defer close(done)
		if unix.Gettid() == unix.Getpid() { // the first thread would stay
			onThread(f)
			runtime.UnlockOSThread()
			return
		}
		f() // still locked, so that the thread ends
	}()
	<-done
}

// traceFilters stops the first thread of a process, reads its filters and lets
// it run on. It asks until the process has stopped rather than to wait for it,
// since a wait could take an event that is somebody else's.
func traceFilters(pid, count int) (programs [][]unix.SockFilter, err error) {
	if errno := ptrace(unix.PTRACE_SEIZE, pid, 0, nil); errno != 0 {
		return nil, fmt.Errorf("it may not be stopped to read its filters: %w", errno)
	}
	if errno := ptrace(unix.PTRACE_INTERRUPT, pid, 0, nil); errno != 0 {
		return nil, fmt.Errorf("stop it: %w", errno)
	}
	for until := time.Now().Add(patience); ; time.Sleep(200 * time.Microsecond) {
		signal, stopped := stoppedBy(pid)
		if stopped {
			defer detach(pid, signal)
			break
		}
		if time.Now().After(until) {
			return nil, fmt.Errorf("it did not stop within %v", patience)
		}
	}
	for i := range max(count, 1) {
		program, err := traceFilter(pid, i)
		if err != nil {
			return nil, err
		}
		programs = append(programs, program)
	}
	return programs, nil
}

// detach lets a process run on, with the signal that its stop has put off.
func detach(pid int, signal uintptr) {
	unix.Syscall6(unix.SYS_PTRACE, unix.PTRACE_DETACH, uintptr(pid), 0, signal, 0, 0)
}

// stoppedBy says whether a traced process has stopped, and for which signal if
// it is not the stop that was asked for.
func stoppedBy(pid int) (signal uintptr, stopped bool) {
	var info unix.Siginfo
	if ptrace(unix.PTRACE_GETSIGINFO, pid, 0, unsafe.Pointer(&info)) != 0 {
		return 0, false
	}
	if info.Code>>8 == unix.PTRACE_EVENT_STOP {
		return 0, true
	}
	return uintptr(info.Signo), true
}

// errNoGetFilter is a kernel without CONFIG_CHECKPOINT_RESTORE.
var errNoGetFilter = errors.New("this kernel does not tell filters (CONFIG_CHECKPOINT_RESTORE is off)")

// traceFilter reads one filter of a stopped process: first its length, then itself.
func traceFilter(pid, index int) ([]unix.SockFilter, error) {
	n, _, errno := unix.Syscall6(unix.SYS_PTRACE, unix.PTRACE_SECCOMP_GET_FILTER, uintptr(pid), uintptr(index), 0, 0, 0)
	if errno == unix.EINVAL { // it has filters, and the kernel would refuse others with EACCES
		return nil, errNoGetFilter
	}
	if errno != 0 || n == 0 || n > unix.BPF_MAXINSNS {
		return nil, fmt.Errorf("read filter %d, which takes CAP_SYS_ADMIN and no filter of one's own: %w", index, errno)
	}
	program := make([]unix.SockFilter, n)
	if errno := ptrace(unix.PTRACE_SECCOMP_GET_FILTER, pid, uintptr(index), unsafe.Pointer(&program[0])); errno != 0 {
		return nil, fmt.Errorf("read filter %d: %w", index, errno)
	}
	return program, nil
}

func ptrace(request, pid int, address uintptr, data unsafe.Pointer) unix.Errno {
	_, _, errno := unix.Syscall6(unix.SYS_PTRACE, uintptr(request), uintptr(pid), address, uintptr(data), 0, 0)
	return errno
}
