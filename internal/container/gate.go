package container

import (
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
	err = unix.Bind(fd, &unix.SockaddrUnix{Name: d.at(gateFile)})
	if err == nil {
		err = unix.Listen(fd, 8)
	}
	if err != nil {
		unix.Close(fd)
		return -1, fmt.Errorf("make the socket to start the container: %w", err)
	}
	return fd, nil
}

// dial connects to it. ECONNREFUSED or ENOENT mean that no process waits.
func (d *directory) dial() (*os.File, error) {
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	if err := unix.Connect(fd, &unix.SockaddrUnix{Name: d.at(gateFile)}); err != nil {
		unix.Close(fd)
		return nil, os.NewSyscallError("connect", err)
	}
	return os.NewFile(uintptr(fd), "gate"), nil
}

// waiting says whether the process waits to be started.
func (c *Container) waiting() bool {
	f, err := c.dir.dial()
	if err == nil {
		f.Close()
	}
	return err == nil
}
