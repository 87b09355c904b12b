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

// Signals are signals for a program, caught by a parent that has something to
// do while the program runs.
type Signals struct{ ch chan os.Signal }

// Catch catches signals from now on. It comes before the start of the program,
// which may tell somebody that it is ready before its parent goes on.
func Catch(list ...syscall.Signal) *Signals {
	s := &Signals{make(chan os.Signal, 16)}
	for _, sig := range list {
		signal.Notify(s.ch, sig)
	}
	return s
}

// Stop lets the signals do again what they did before.
func (s *Signals) Stop() { signal.Stop(s.ch) }

// Wait waits until the program has ended, and passes the signals on.
func (s *Signals) Wait(c *sandbox.Cmd) (syscall.WaitStatus, error) {
	go s.Pass(func(sig syscall.Signal) error { return c.Process.Signal(sig) })
	return c.WaitStatus(false)
}

// Pass passes signals on as they come.
func (s *Signals) Pass(send func(syscall.Signal) error) {
	for sig := range s.ch {
		send(sig.(syscall.Signal))
	}
}
