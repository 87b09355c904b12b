package oci_test

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// listener is a Unix socket on which descriptors arrive.
type listener struct{ fd int }

// received is a descriptor with the data that came along.
type received struct {
	fd   int
	data []byte
	err  error
}

func listen(t *testing.T, path string) listener {
	t.Helper()
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	must(t, err)
	must(t, unix.Bind(fd, &unix.SockaddrUnix{Name: path}))
	must(t, unix.Listen(fd, 8))
	limit := unix.Timeval{Sec: 10}
	must(t, unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &limit))
	t.Cleanup(func() { unix.Close(fd); os.Remove(path) })
	return listener{fd}
}

// receive takes one connection, and all that arrives on it.
func (l listener) receive() received {
	conn, _, err := unix.Accept4(l.fd, unix.SOCK_CLOEXEC)
	for err == unix.EINTR { // as Go's runtime signals its threads
		conn, _, err = unix.Accept4(l.fd, unix.SOCK_CLOEXEC)
	}
	if err != nil {
		return received{err: os.NewSyscallError("accept", err)}
	}
	defer unix.Close(conn)
	r := received{fd: -1}
	for {
		data, rights := make([]byte, 1<<16), make([]byte, 256)
		n, m, _, _, err := unix.Recvmsg(conn, data, rights, unix.MSG_CMSG_CLOEXEC)
		if err == unix.EINTR {
			continue
		}
		if err != nil || n == 0 {
			r.err = err
			return r
		}
		r.data = append(r.data, data[:n]...)
		if m > 0 {
			messages, err := unix.ParseSocketControlMessage(rights[:m])
			if err != nil {
				return received{err: err}
			}
			fds, err := unix.ParseUnixRights(&messages[0])
			if err != nil {
				return received{err: err}
			}
			r.fd = fds[0]
		}
	}
}
