package sandbox

import (
	"os"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/internal/plan"
	"isle/internal/spawn"
	"isle/ns"
)

// Mirror is how a process waits for a program that it has started.
type Mirror struct {
	// Pass are the signals that it passes on to the program.
	Pass []syscall.Signal
	// ByStatus has it end with status 128 plus the number of the signal that
	// killed the program, as shells say it, and not by the same signal.
	ByStatus bool
	// Enter are those of the program's namespaces that it enters as well, as far
	// as the kernel lets it. A PID namespace is that of its children then.
	Enter ns.Set
}

// Become starts the program and then replaces this process by a few hundred
// bytes that wait for the program and end as it ends. It is for a process that
// has nothing else to do any more; it returns only if something fails. The
// program must not depend on this process in other ways: its standard input and
// outputs have to be files.
func (c *Cmd) Become(m Mirror) error {
	if c.DeathSignal != 0 || c.fixed != nil && hasDeathSignal(c.fixed) {
		// It comes when the thread ends that the program was started from: that
		// must be this one, which alone goes on after the exec. Keeping it costs
		// another thread.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		c.stay = true
	}
	keyboard := []syscall.Signal{unix.SIGINT, unix.SIGQUIT}
	spawn.Forward(m.Pass, keyboard)
	if err := c.Start(); err != nil {
		return err
	}
	spawn.ForwardTo(c.Process.Pid())
	mirror := plan.Mirror{PID: c.Process.Pid(), Pass: m.Pass, ByStatus: m.ByStatus, Blocked: spawn.SignalMask(), Enter: m.Enter}
	if m.Enter != 0 {
		mirror.PIDFD = c.Process.p.Fd()
		unix.FcntlInt(uintptr(mirror.PIDFD), unix.F_SETFD, 0)
	}
	err := spawn.InPlaceBlocked(mirror.Program(), os.Args, nil)
	c.Process.Kill() // nobody would wait for it
	return err
}
