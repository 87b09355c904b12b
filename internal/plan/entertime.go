package plan

import (
	"golang.org/x/sys/unix"

	"isle/internal/feature"
	"isle/internal/program"
	"isle/internal/why"
	"isle/ns"
)

// EnterTime enters the time namespace that was made for children. It belongs
// into plans for kernels on which executing a program does not do that: there the
// program would see the old clocks, and could start no thread.
type EnterTime struct{}

// EnterTime adds the step if the kernel needs it for new namespaces of these
// kinds. The step is right on every kernel, but takes a copy of memory, so the
// version only chooses what is faster.
func (p *Plan) EnterTime(created ns.Set) {
	if !created.Has(ns.Time) || p.InPlace {
		return
	}
	if kernel, err := feature.Kernel(); err == nil && kernel.Less(feature.Version{Major: 6, Minor: 3}) {
		p.Add(&EnterTime{})
	}
}

// Words describes the step.
func (s *EnterTime) Words() string { return "enter the new time namespace" }

// Facts gives the kind.
func (s *EnterTime) Facts() why.Facts { return why.Facts{Op: why.OpJoin, Kinds: ns.SetOf(ns.Time)} }

// Shell prints nothing: unshare is given a child that is in the namespace.
func (s *EnterTime) Shell(*Script) {}

// Lower enters it. The kernel refuses that to a process that shares its memory.
func (s *EnterTime) Lower(l *Lowering) {
	const doing = "enter the new time namespace"
	fd := l.Call(unix.SYS_OPENAT, l.Proc(), l.Str("self/ns/time_for_children"), program.Imm(unix.O_RDONLY|unix.O_CLOEXEC)).Called(doing)
	l.Call(unix.SYS_SETNS, fd.Result(), program.Named(unix.CLONE_NEWTIME, "CLONE_NEWTIME")).Called(doing)
	l.Call(unix.SYS_CLOSE, fd.Result()).Ignore()
}

// entersTime says whether the plan has the step, of which its clones must know.
func (p *Plan) entersTime() bool {
	for _, s := range p.Steps {
		if _, ok := s.(*EnterTime); ok {
			return true
		}
	}
	return false
}
