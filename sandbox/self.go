package sandbox

import (
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// openSelf opens the file that this process was started from. Where there is no
// /proc to say which it is, as in many a chroot, it is found by the path that
// the process was executed by.
func openSelf() (int, error) {
	fd, err := unix.Open("/proc/self/exe", unix.O_PATH, 0)
	if err == nil {
		return fd, nil
	}
	if path := executedPath(); path != "" {
		if fd, err := unix.Open(path, unix.O_PATH, 0); err == nil {
			return fd, nil
		}
	}
	return -1, &os.PathError{Op: "open", Path: "/proc/self/exe", Err: err}
}

// atExecfn is AT_EXECFN: the address of the path that was given to execve
// (getauxval(3)).
const atExecfn = 31

func executedPath() string {
	vector, err := unix.Auxv()
	if err != nil {
		return ""
	}
	for _, entry := range vector {
		if entry[0] == atExecfn && entry[1] != 0 {
			// The kernel put it there, behind the stack that the process began
			// with, and it ends with a zero.
			return unix.BytePtrToString(*(**byte)(unsafe.Pointer(&entry[1])))
		}
	}
	return ""
}
