package container

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"isle/ns"
)

// writePid writes a pid file, whole or not at all.
func writePid(path string, pid int) error {
	if path == "" {
		return nil
	}
	draft, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("write the pid file: %w", err)
	}
	_, err = draft.WriteString(strconv.Itoa(pid))
	if err = errors.Join(err, draft.Chmod(0o644), draft.Close()); err == nil {
		err = os.Rename(draft.Name(), path)
	}
	if err != nil {
		os.Remove(draft.Name())
		return fmt.Errorf("write the pid file: %w", err)
	}
	return nil
}

// longestSend is how long somebody may take to receive a descriptor.
const longestSend = 10 * time.Second

// sendFile sends a descriptor to whoever listens on a socket, with a name as
// its data (SCM_RIGHTS of unix(7)).
func sendFile(socket, name string, fd int) error {
	return sendRights(socket, []byte(name), fd)
}

func sendRights(socket string, data []byte, fd int) error {
	err := sendBytes(socket, data, unix.UnixRights(fd))
	if err != nil {
		return fmt.Errorf("send a descriptor to the socket %s: %w", socket, err)
	}
	return nil
}

func sendBytes(socket string, data, rights []byte) error {
	conn, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return os.NewSyscallError("socket", err)
	}
	defer unix.Close(conn)
	// Both connect and sendmsg wait for a listener that has stopped listening.
	limit := unix.NsecToTimeval(longestSend.Nanoseconds())
	if err := unix.SetsockoptTimeval(conn, unix.SOL_SOCKET, unix.SO_SNDTIMEO, &limit); err != nil {
		return os.NewSyscallError("setsockopt", err)
	}
	address, done, err := socketAddress(socket)
	if err != nil {
		return err
	}
	defer done()
	if err := again(func() error { return unix.Connect(conn, address) }); err != nil {
		return os.NewSyscallError("connect", err)
	}
	for len(data) > 0 {
		var n int
		err := again(func() (err error) {
			n, err = unix.SendmsgN(conn, data, rights, nil, unix.MSG_NOSIGNAL)
			return err
		})
		if err != nil {
			return os.NewSyscallError("sendmsg", err)
		}
		data, rights = data[n:], nil
	}
	return nil
}

// again makes a call once more that a signal has interrupted, as those of Go's
// runtime do where a socket has a deadline (signal(7)), until that is over.
func again(call func() error) error {
	for deadline := time.Now().Add(longestSend); ; {
		if err := call(); err != unix.EINTR || time.Now().After(deadline) {
			return err
		}
	}
}

// socketAddress is the address of a socket, by a descriptor of its directory if
// its path is too long for one.
func socketAddress(path string) (*unix.SockaddrUnix, func(), error) {
	const longest = 107
	if len(path) <= longest {
		return &unix.SockaddrUnix{Name: path}, func() {}, nil
	}
	dir, err := unix.Open(filepath.Dir(path), unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, nil, &os.PathError{Op: "open", Path: filepath.Dir(path), Err: err}
	}
	return &unix.SockaddrUnix{Name: fmt.Sprintf("/proc/self/fd/%d/%s", dir, filepath.Base(path))}, func() { unix.Close(dir) }, nil
}

// startOf is when a process started, which tells it from a later one of its pid.
func startOf(pid int) (uint64, error) {
	p, err := ns.ReadProcess(pid)
	if err != nil {
		return 0, fmt.Errorf("look at process %d: %w", pid, err)
	}
	return p.Start, nil
}
