package oci

import (
	"os"
	"syscall"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/cli/parent"
)

// forwarded are the signals that are passed on to a process that is waited for.
func forwarded() []syscall.Signal {
	return append([]syscall.Signal{unix.SIGINT, unix.SIGQUIT}, parent.Passed...)
}

// ownSize is the size of this process's own terminal, nil without one.
func ownSize() *specs.Box {
	size, err := unix.IoctlGetWinsize(0, unix.TIOCGWINSZ)
	if err != nil {
		return nil
	}
	return &specs.Box{Height: uint(size.Row), Width: uint(size.Col)}
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
