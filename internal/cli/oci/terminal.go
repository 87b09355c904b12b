package oci

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/internal/cli/parent"
)

// forwarded are the signals that are passed on to a process that is waited for.
func forwarded() []syscall.Signal {
	return append([]syscall.Signal{unix.SIGINT, unix.SIGQUIT}, parent.Passed...)
}

// relay takes the outer end of a process's terminal, and passes on what goes in
// and out.
func (c *call) relay(outer *os.File) {
	if size, err := unix.IoctlGetWinsize(0, unix.TIOCGWINSZ); err == nil {
		unix.IoctlSetWinsize(int(outer.Fd()), unix.TIOCSWINSZ, size)
	}
	c.terminal = parent.Relay(outer)
}

func (c *call) unrelay() {
	if c.terminal != nil {
		c.terminal.Close()
	}
}
