package plan

import "isle/internal/why"

// Errand is something that isle itself does at this point, outside of the
// process's namespaces, while the process waits.
type Errand struct {
	What string // in words, starting with a verb
	Line string // as a line of shell in which $pid is the process; empty: none
	Do   func(pid int) error
}

// Words describes the step.
func (s *Errand) Words() string { return s.What }

// Facts gives nothing more.
func (s *Errand) Facts() why.Facts { return none(why.OpOther) }

// Shell prints the line.
func (s *Errand) Shell(sh *Script) {
	if s.Line == "" {
		sh.Comment(s.What)
		return
	}
	sh.Outside(s.Line)
}

// Lower has the process wait.
func (s *Errand) Lower(l *Lowering) { l.outside(Part{Step: l.step, Call: s.Do}) }
