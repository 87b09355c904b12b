package parent

import (
	"os"
	"runtime"

	"isle/internal/plan"
	"isle/sandbox"
)

// Carry carries a plan of unshare or nsenter out, or shows it, and returns the
// exit status. Pass are the signals that are sent on to a child.
func Carry(prog string, p *plan.Plan, show plan.Form, pass []os.Signal) int {
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
	// A signal at the parent's end is sent when the thread that cloned ends.
	runtime.LockOSThread()
	if err := cmd.Start(); err != nil {
		return Classic.Report(prog, err)
	}
	status, err := NewRelay(pass...).Mirror(cmd)
	if err != nil {
		return Classic.Report(prog, err)
	}
	return status
}
