package spawn

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The runtime is told that a call will block for long. It then gives up the
// processor at once and its monitor thread goes to sleep, where otherwise that
// thread wakes every 20 µs to see whether the call has returned: for a program
// that lives a millisecond this costs more than all else that isle does.
//
//go:linkname entersyscallblock runtime.entersyscallblock
func entersyscallblock()

//go:linkname exitsyscall runtime.exitsyscall
func exitsyscall()

// block makes a system call that is expected to block.
//
//go:nosplit
//go:norace
//go:uintptrescapes
func block(nr, a, b, c, d uintptr) (uintptr, syscall.Errno) {
	entersyscallblock()
	r, _, errno := syscall.RawSyscall6(nr, a, b, c, d, 0, 0)
	exitsyscall()
	return r, errno
}

// wait4 is wait4(2) on one process.
func wait4(pid int, status *syscall.WaitStatus, options int) error {
	raw := new(int32)
	for {
		_, errno := block(unix.SYS_WAIT4, uintptr(pid), uintptr(unsafe.Pointer(raw)), uintptr(options), 0)
		switch errno {
		case 0:
			*status = syscall.WaitStatus(*raw)
			return nil
		case unix.EINTR:
		default:
			return errno
		}
	}
}

// recvmsg is recvmsg(2): it returns the lengths of the data and of the control
// message.
func recvmsg(fd int, data, control []byte) (n, controlLen int, err error) {
	iov := &unix.Iovec{Base: &data[0]}
	iov.SetLen(len(data))
	msg := &unix.Msghdr{Iov: iov, Control: &control[0]}
	msg.SetIovlen(1)
	for {
		msg.SetControllen(len(control))
		r, errno := block(unix.SYS_RECVMSG, uintptr(fd), uintptr(unsafe.Pointer(msg)), unix.MSG_CMSG_CLOEXEC, 0)
		switch errno {
		case 0:
			return int(r), int(msg.Controllen), nil
		// The other end closed with an answer unread: the kernel says so once,
		// ahead of the records that were sent before.
		case unix.EINTR, unix.ECONNRESET:
		default:
			return 0, 0, errno
		}
	}
}
