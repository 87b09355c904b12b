package parent

import (
	"os"
	"runtime"
	"syscall"

	"isle/internal/plan"
	"isle/sandbox"
)

// Carry carries a plan of unshare or nsenter out, or shows it, and returns the
// exit status if anything fails; otherwise this process becomes the program, or
// one that waits for it. Pass are the signals that are sent on to a child.
func Carry(prog string, p *plan.Plan, show plan.Form, pass []syscall.Signal) int {
	if show != "" {
		if err := p.Show(os.Stdout, show); err != nil {
			return Classic.Report(prog, err)
		}
		return 0
	}
	cmd := sandbox.Planned(p)
	if p.InPlace {
		return Classic.Report(prog, cmd.Exec())
	}
	// The thread that clones must be the one that goes on after the exec: the
	// kernel sends the signal of a parent's end when that thread ends.
	runtime.LockOSThread()
	err := cmd.Start()
	if err == nil {
		err = cmd.Become(pass...)
	}
	return Classic.Report(prog, err)
}
