package parent

import (
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/sandbox"
)

// Passed are the signals that are sent on to the program. Its parent would
// otherwise die alone and leave it behind.
var Passed = []syscall.Signal{unix.SIGTERM, unix.SIGHUP, unix.SIGUSR1, unix.SIGUSR2}

// Wait waits until the program has ended, while this process has something to
// do for it, and passes the signals on.
func Wait(c *sandbox.Cmd, pass ...syscall.Signal) (syscall.WaitStatus, error) {
	ch := make(chan os.Signal, 16)
	for _, s := range pass {
		signal.Notify(ch, s)
	}
	go func() {
		for s := range ch {
			c.Process.Signal(s.(syscall.Signal))
		}
	}()
	return c.WaitStatus(false)
}
