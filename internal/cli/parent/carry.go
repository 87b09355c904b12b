package parent

import (
	"os"
	"syscall"

	"isle/internal/plan"
	"isle/ns"
	"isle/sandbox"
)

// Carry carries a plan of unshare or nsenter out, or shows it, and returns the
// exit status if anything fails; otherwise this process becomes the program, or
// one that waits for it. Pass are the signals that are sent on to a child. The
// one that waits is in the new namespaces too, all but that of time, as scripts
// expect which know its pid and not the program's.
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
	return Classic.Report(prog, cmd.Become(sandbox.Mirror{Pass: pass, Enter: p.Created(len(p.Steps)).Without(ns.Time)}))
}
