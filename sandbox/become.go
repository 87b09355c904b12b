package sandbox

import (
	"os"
	"runtime"
	"syscall"

	"isle/internal/plan"
	"isle/internal/spawn"
)

// Become starts the program and then replaces this process by a few hundred
// bytes that wait for the program, pass the given signals on to it and end as
// it ends. It is for a process that has nothing else to do any more; it returns
// only if something fails. The program must not depend on this process in
// other ways: its standard input and outputs have to be files.
func (c *Cmd) Become(pass ...syscall.Signal) error {
	// The death signal comes when the thread ends that the program was started
	// from: it must be this one, which alone goes on after the exec.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	c.stay = true
	if err := c.Start(); err != nil {
		return err
	}
	return spawn.InPlace(plan.Mirror(c.Process.Pid(), pass), os.Args, nil)
}
