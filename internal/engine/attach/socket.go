package attach

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// ErrNobody says that no monitor listens.
var ErrNobody = errors.New("nobody holds it")

// Listen makes the socket in an opened folder, and removes one that is left there
// of a monitor that was killed. It does not block. Only this user can connect.
func Listen(folder int) (int, error) {
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return -1, os.NewSyscallError("socket", err)
	}
	unix.Unlinkat(folder, File, 0)
	err = unix.Fchmod(fd, 0o600) // the mode of the file that bind makes, whatever the umask is
	if err == nil {
		err = unix.Bind(fd, within(folder))
	}
	if err == nil {
		err = unix.Listen(fd, 16)
	}
	if err != nil {
		unix.Close(fd)
		return -1, fmt.Errorf("make the socket %s: %w", File, err)
	}
	return fd, nil
}

// within is the socket's address. By the folder's descriptor it is short: an
// address has room for 108 bytes, and a folder's path may be longer.
func within(folder int) *unix.SockaddrUnix {
	return &unix.SockaddrUnix{Name: "/proc/self/fd/" + strconv.Itoa(folder) + "/" + File}
}

// connect connects to the monitor whose socket is at path.
func connect(path string) (*os.File, error) {
	folder, err := unix.Open(filepath.Dir(path), unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("open", err)
	}
	defer unix.Close(folder)
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	err = ignoringEINTR(func() error { return unix.Connect(fd, within(folder)) })
	if err == nil {
		// From here on Go's poller waits, so that closing wakes who reads.
		err = unix.SetNonblock(fd, true)
	}
	if err != nil {
		unix.Close(fd)
		if err == unix.ENOENT || err == unix.ECONNREFUSED {
			err = ErrNobody
		}
		return nil, err
	}
	return os.NewFile(uintptr(fd), path), nil
}

func ignoringEINTR(call func() error) error {
	for {
		if err := call(); err != unix.EINTR {
			return err
		}
	}
}
