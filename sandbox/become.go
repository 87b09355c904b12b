package sandbox

import (
	"os"
	"syscall"

	"isle/internal/plan"
	"isle/internal/spawn"
)

// Become replaces this process, after Start, by a few hundred bytes that wait
// for the program, pass the given signals on to it and end as it ends. It is
// for a process that has nothing else to do any more; it returns only if that
// fails. The program must not depend on this process in other ways: its
// standard input and outputs have to be files.
func (c *Cmd) Become(pass ...syscall.Signal) error {
	return spawn.InPlace(plan.Mirror(c.Process.Pid(), pass), os.Args, nil)
}
