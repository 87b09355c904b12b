package feature

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// script is a list of system calls for a child to make, so that what they do to
// namespaces and mounts dies with it. The child is a copy of this process that
// never goes back to Go's runtime and executes nothing.
type script struct {
	calls   []call
	results []uintptr
	keep    []any // what the calls' arguments point to
}

type call struct {
	what string
	nr   uintptr
	args [6]uintptr
	refs uint8 // the bits of the arguments that are results
}

// result stands for what an earlier call returned, as an argument of a later one.
type result int

// call appends a system call. An argument is an int, a uintptr, a string, bytes
// or a result; what names the call in errors.
func (s *script) call(what string, nr uintptr, args ...any) result {
	c := call{what: what, nr: nr}
	for i, arg := range args {
		switch arg := arg.(type) {
		case int:
			c.args[i] = uintptr(arg)
		case uintptr:
			c.args[i] = arg
		case string:
			c.args[i] = s.pointer(append([]byte(arg), 0))
		case []byte:
			c.args[i] = s.pointer(arg)
		case result:
			c.args[i], c.refs = uintptr(arg), c.refs|1<<i
		}
	}
	s.calls = append(s.calls, c)
	return result(len(s.calls) - 1)
}

// pointer gives the address of bytes, which stay where they are while s lives.
func (s *script) pointer(b []byte) uintptr {
	s.keep = append(s.keep, b)
	return uintptr(unsafe.Pointer(unsafe.SliceData(b)))
}

// callError is a system call of a script that failed, or with call -1 the
// clone3 that should have made the child.
type callError struct {
	call  result
	what  string
	errno syscall.Errno
}

func (e *callError) Error() string { return e.what + ": " + e.errno.Error() }
func (e *callError) Unwrap() error { return e.errno }

// run makes the calls in a child created with flags (CLONE_NEW*), up to the
// first that fails, and waits for it. That call's failure is a *callError.
func (s *script) run(flags uint64) error {
	pidfd, err := s.runPidfd(flags)
	if pidfd >= 0 {
		unix.Close(pidfd)
	}
	return err
}

// outcome is what the child leaves in shared memory: the number of calls that
// succeeded and the errno of the one that did not.
type outcome struct {
	done  int64
	errno uintptr
}

// cloneArgs is struct clone_args (clone(2)).
type cloneArgs struct {
	flags, pidfd, childTID, parentTID, exitSignal, stack, stackSize, tls, setTID, setTIDSize, cgroup uint64
}

// noFile is a number that no open descriptor has: nr_open is far lower.
const noFile = 1<<31 - 1

// runPidfd is run, and returns the pidfd of the child, which is gone by then; -1
// if there was none.
func (s *script) runPidfd(flags uint64) (int, error) {
	shared, err := unix.Mmap(-1, 0, os.Getpagesize(), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_ANONYMOUS)
	if err != nil {
		return -1, os.NewSyscallError("mmap", err)
	}
	defer unix.Munmap(shared)
	out := (*outcome)(unsafe.Pointer(&shared[0]))
	s.results = make([]uintptr, len(s.calls))
	pidfd := int32(-1)
	args := &cloneArgs{flags: flags | unix.CLONE_PIDFD, pidfd: uint64(uintptr(unsafe.Pointer(&pidfd))), cgroup: noFile}

	pid, errno := s.fork(args, out)
	runtime.KeepAlive(s.keep)
	if errno != 0 {
		return -1, &callError{-1, "clone3", errno}
	}
	return int(pidfd), s.reap(pid, out)
}

// fork returns in the parent only. It blocks signals, for in the child Go's
// handlers would run without Go's runtime.
func (s *script) fork(args *cloneArgs, out *outcome) (int, syscall.Errno) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var all, before unix.Sigset_t
	for i := range all.Val {
		all.Val[i] = ^all.Val[i]
	}
	if err := unix.PthreadSigmask(unix.SIG_SETMASK, &all, &before); err != nil {
		return -1, err.(syscall.Errno)
	}
	pid, errno := rawFork(args, s.calls, s.results, out)
	unix.PthreadSigmask(unix.SIG_SETMASK, &before, nil)
	return pid, errno
}

// rawFork and perform do not split their stack: in the child that would call
// the scheduler.
//
//go:nosplit
//go:norace
func rawFork(args *cloneArgs, calls []call, results []uintptr, out *outcome) (int, syscall.Errno) {
	size := unsafe.Sizeof(*args)
	if args.flags&unix.CLONE_INTO_CGROUP == 0 {
		size = unsafe.Offsetof(args.setTID) // all that the first kernels with clone3 take
	}
	pid, _, errno := syscall.RawSyscall(unix.SYS_CLONE3, uintptr(unsafe.Pointer(args)), size, 0)
	if errno == 0 && pid == 0 {
		perform(calls, results, out)
	}
	return int(pid), errno
}

//go:nosplit
//go:norace
func perform(calls []call, results []uintptr, out *outcome) {
	for i := 0; i < len(calls) && i < len(results); i++ {
		c := &calls[i]
		for j := range c.args {
			if c.refs&(1<<j) != 0 && c.args[j] < uintptr(len(results)) {
				c.args[j] = results[c.args[j]]
			}
		}
		r, _, errno := syscall.RawSyscall6(c.nr, c.args[0], c.args[1], c.args[2], c.args[3], c.args[4], c.args[5])
		if errno != 0 {
			out.errno = uintptr(errno)
			break
		}
		results[i] = r
		out.done++
	}
	for {
		syscall.RawSyscall(unix.SYS_EXIT_GROUP, 0, 0, 0)
	}
}

// reap waits for the child and reads what it left.
func (s *script) reap(pid int, out *outcome) error {
	var status unix.WaitStatus
	for {
		_, err := unix.Wait4(pid, &status, unix.WALL, nil)
		if err == nil {
			break
		}
		if err != unix.EINTR {
			return os.NewSyscallError("wait4", err)
		}
	}
	failed := result(out.done)
	switch {
	case status.Signaled():
		return fmt.Errorf("the child was killed by %s", unix.SignalName(status.Signal()))
	case out.errno != 0:
		return &callError{failed, s.calls[failed].what, syscall.Errno(out.errno)}
	}
	return nil
}
