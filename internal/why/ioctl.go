package why

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// ioctlUint64 makes an ioctl that writes a 64-bit number.
func ioctlUint64(fd int, request uintptr) (n uint64, ok bool) {
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), request, uintptr(unsafe.Pointer(&n)))
	return n, errno == 0
}
