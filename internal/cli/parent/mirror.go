package parent

import (
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/sandbox"
)

// Signals that come from the keyboard reach the program by themselves, being
// in the same foreground process group; this process only must not die of them.
var keyboard = []os.Signal{unix.SIGINT, unix.SIGQUIT}

// Passed are the signals that are sent on to the program. Its parent would
// otherwise die alone and leave it behind.
var Passed = []os.Signal{unix.SIGTERM, unix.SIGHUP, unix.SIGUSR1, unix.SIGUSR2}

// Relay passes signals on to a program from before it starts.
type Relay struct {
	ch   chan os.Signal
	pass map[os.Signal]bool
}

// NewRelay starts to take signals: those of pass are for the program, those of
// the keyboard are kept from this process.
func NewRelay(pass ...os.Signal) *Relay {
	r := &Relay{make(chan os.Signal, 16), map[os.Signal]bool{}}
	for _, s := range pass {
		r.pass[s] = true
	}
	signal.Notify(r.ch, append(keyboard, pass...)...)
	return r
}

// Mirror waits for the program and returns this process's exit status: the
// program's. If a signal ended the program the same signal ends this process.
// A program that stops stops this process too, and continues with it.
func (r *Relay) Mirror(c *sandbox.Cmd) (int, error) {
	status, err := r.Wait(c, true)
	if err != nil {
		return 1, err
	}
	if status.Signaled() {
		raise(status.Signal())
	}
	return status.ExitStatus(), nil
}

// Wait waits until the program has ended.
func (r *Relay) Wait(c *sandbox.Cmd, stops bool) (syscall.WaitStatus, error) {
	go func() {
		for s := range r.ch {
			if r.pass[s] {
				c.Process.Signal(s.(syscall.Signal))
			}
		}
	}()
	for {
		status, err := c.WaitStatus(stops)
		if err != nil || !status.Stopped() {
			return status, err
		}
		unix.Kill(unix.Getpid(), unix.SIGSTOP)
		c.Process.Signal(unix.SIGCONT)
	}
}

// raise ends this process by a signal, as the program was. Go would turn some
// signals into a trace of its own, so the kernel's default is put back first;
// the core dump, if any, was the program's.
func raise(sig syscall.Signal) {
	unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	signal.Reset(sig)
	resetSignal(sig)
	unix.Kill(unix.Getpid(), sig)
	pause()
	// A signal that does not end a process: say it the shell's way.
	os.Exit(128 + int(sig))
}
