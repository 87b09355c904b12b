package sandbox

import (
	"os"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/internal/plan"
	"isle/internal/spawn"
)

// Ending is how a process ends whose program was killed by a signal.
type Ending bool

// The endings.
const (
	BySignal Ending = false // by the same signal
	ByStatus Ending = true  // with status 128 plus its number, as shells say it
)

// Become starts the program and then replaces this process by a few hundred
// bytes that wait for the program, pass the given signals on to it and end as
// it ends. It is for a process that has nothing else to do any more; it returns
// only if something fails. The program must not depend on this process in
// other ways: its standard input and outputs have to be files.
func (c *Cmd) Become(end Ending, pass ...syscall.Signal) error {
	if c.DeathSignal != 0 || c.fixed != nil && hasDeathSignal(c.fixed) {
		// It comes when the thread ends that the program was started from: that
		// must be this one, which alone goes on after the exec. Keeping it costs
		// another thread.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		c.stay = true
	}
	keyboard := []syscall.Signal{unix.SIGINT, unix.SIGQUIT}
	spawn.Forward(pass, keyboard)
	if err := c.Start(); err != nil {
		return err
	}
	spawn.ForwardTo(c.Process.Pid())
	mirror := plan.Mirror{PID: c.Process.Pid(), Pass: pass, ByStatus: end == ByStatus, Blocked: spawn.SignalMask()}
	err := spawn.InPlaceBlocked(mirror.Program(), os.Args, nil)
	c.Process.Kill() // nobody would wait for it
	return err
}
