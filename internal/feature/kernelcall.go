package feature

import (
	"fmt"
	"os"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"
)

// kernelCall asks whether a system call exists by making it with arguments that
// the kernel is sure to refuse before it does anything.
type kernelCall struct {
	nr   uintptr
	args [6]uintptr
	// want are the errnos with which a kernel that has it answers.
	want []syscall.Errno
	// lacking are those, beside ENOSYS, of a kernel that has not.
	lacking []syscall.Errno
}

// bad is an argument no call takes: a descriptor, and a set of flags.
const bad = ^uintptr(0)

func (k kernelCall) ask() (string, error) {
	_, _, errno := syscall.Syscall6(k.nr, k.args[0], k.args[1], k.args[2], k.args[3], k.args[4], k.args[5])
	switch {
	case errno == unix.EPERM && filtered():
		return "", fmt.Errorf("%w, which may be the answer of the seccomp filter on this process", errno)
	case slices.Contains(k.want, errno):
		return "", nil
	case errno == unix.ENOSYS && !filtered(), slices.Contains(k.lacking, errno):
		return "", ErrNotSupported
	case errno == unix.ENOSYS:
		return "", no("the kernel, or the seccomp filter on this process, does not know the system call")
	case errno == 0:
		return "", fmt.Errorf("the kernel took what it should have refused")
	}
	return "", errno
}

// answer turns the error of a system call that was made for real into an answer:
// one of lacking means no.
func answer(name string, err error, lacking ...syscall.Errno) (string, error) {
	errno, ok := err.(syscall.Errno)
	if ok && (errno == unix.ENOSYS || slices.Contains(lacking, errno)) {
		return "", ErrNotSupported
	}
	return "", os.NewSyscallError(name, err)
}
