package container

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// listen makes the socket on which the process waits to be started.
func (d *directory) listen() (int, error) {
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, os.NewSyscallError("socket", err)
	}
	// The mode of the file that bind makes, whatever the caller's umask is: who
	// can connect starts the container.
	err = unix.Fchmod(fd, 0o600)
	if err == nil {
		err = unix.Bind(fd, &unix.SockaddrUnix{Name: d.at(gateFile)})
	}
	if err == nil {
		err = unix.Listen(fd, 8)
	}
	if err != nil {
		unix.Close(fd)
		return -1, fmt.Errorf("make the socket to start the container: %w", err)
	}
	return fd, nil
}

// dial connects to it, if wanted without waiting. ECONNREFUSED or ENOENT mean
// that no process waits; EAGAIN, that one does but does not look, being stopped.
func (d *directory) dial(flags int) (*os.File, error) {
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|flags, 0)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	limit := unix.NsecToTimeval(longestSend.Nanoseconds())
	err = unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_SNDTIMEO, &limit)
	if err == nil {
		err = again(func() error { return unix.Connect(fd, &unix.SockaddrUnix{Name: d.at(gateFile)}) })
	}
	if err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("connect to the process of the container: %w", err)
	}
	return os.NewFile(uintptr(fd), "gate"), nil
}

// waiting says whether the process waits to be started.
func (c *Container) waiting() bool {
	f, err := c.dir.dial(unix.SOCK_NONBLOCK)
	if err == nil {
		f.Close()
	}
	return err == nil || errors.Is(err, unix.EAGAIN)
}
