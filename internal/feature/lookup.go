package feature

import (
	"errors"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The probes of naming, finding and entering namespaces.
var (
	SetnsPidfd = &Probe{
		Name: "setns with a pidfd", Area: Namespaces, Since: Version{5, 8},
		For:      "nsenter into all namespaces of a process at once",
		question: try(askSetnsPidfd),
	}
	NamespaceID = &Probe{
		Name: "NS_GET_ID", Area: Namespaces, Since: Version{6, 18},
		For:      "a number for a namespace that is never given away again",
		question: try(askNamespaceID),
	}
	NamespaceHandles = &Probe{
		Name: "file handles of namespaces", Area: Namespaces, Since: Version{6, 18}, Config: "CONFIG_FHANDLE",
		For:      "nsenter by a namespace's number",
		question: try(askNamespaceHandle),
	}
	Listns = &Probe{
		Name: "listns", Area: Namespaces, Since: Version{6, 19},
		For:      "listing namespaces that no process is in",
		question: kernelCall{nr: unix.SYS_LISTNS, args: [6]uintptr{0, 0, 0, bad}, want: []syscall.Errno{unix.EINVAL}},
	}
)

// askSetnsPidfd gives the pidfd of a child that is gone. A kernel that takes
// pidfds says that there is no such process; others, that it is no namespace.
func askSetnsPidfd() (string, error) {
	fd, err := new(script).runPidfd(0)
	if err != nil {
		return "", err
	}
	defer unix.Close(fd)
	switch err := unix.Setns(fd, unix.CLONE_NEWUTS); err {
	case unix.ESRCH:
		return "", nil
	case nil:
		return "", errors.New("setns joined a process that is gone")
	default:
		return answer("setns", err, unix.EINVAL)
	}
}

func openSelf() (*os.File, error) { return os.Open("/proc/self/ns/uts") }

// nsGetID is NS_GET_ID (linux/nsfs.h).
const nsGetID = 2<<30 | 8<<16 | 0xb7<<8 | 13

func askNamespaceID() (string, error) {
	f, err := openSelf()
	if err != nil {
		return "", err
	}
	defer f.Close()
	var id uint64
	_, _, errno := syscall.Syscall(unix.SYS_IOCTL, f.Fd(), nsGetID, uintptr(unsafe.Pointer(&id)))
	if errno == 0 {
		return "", nil
	}
	return answer("ioctl NS_GET_ID", errno, unix.ENOTTY)
}

func askNamespaceHandle() (string, error) {
	f, err := openSelf()
	if err != nil {
		return "", err
	}
	defer f.Close()
	_, _, err = unix.NameToHandleAt(int(f.Fd()), "", unix.AT_EMPTY_PATH)
	if err != nil {
		return answer("name_to_handle_at", err, unix.EOPNOTSUPP)
	}
	return "", nil
}
