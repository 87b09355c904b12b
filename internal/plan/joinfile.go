package plan

import (
	"fmt"

	"isle/internal/program"
	"isle/internal/why"
	"isle/ns"
)

// JoinFiles enters namespaces by descriptors of them.
type JoinFiles struct{ Sources []Source }

// Words describes the step.
func (s *JoinFiles) Words() string {
	words := "enter"
	for i, src := range s.Sources {
		if i > 0 {
			words += ","
		}
		words += " the " + src.Kind.String() + " namespace " + src.words()
	}
	return words
}

// Facts gives the kinds.
func (s *JoinFiles) Facts() why.Facts {
	f := why.Facts{Op: why.OpJoin}
	for _, src := range s.Sources {
		f.Kinds = f.Kinds.With(src.Kind)
		if t := src.target(); t != nil {
			f.PID, f.Parent = t.PID, src.Parent != nil
		}
	}
	if len(s.Sources) == 1 {
		s.Sources[0].addPath(&f)
	}
	return f
}

// FactsOf tells one file from the others.
func (s *JoinFiles) FactsOf(doing string) why.Facts {
	f := s.Facts()
	for _, src := range s.Sources {
		if doing == src.opening() || doing == src.joining() {
			f.Kinds = ns.SetOf(src.Kind)
			src.addPath(&f)
		}
	}
	return f
}

// Shell adds the options of nsenter.
func (s *JoinFiles) Shell(sh *Script) {
	sh.Wrap("nsenter", "--preserve-credentials", "--no-fork")
	for _, src := range s.Sources {
		switch {
		case src.Path == "" && src.Target == nil:
			sh.Option(fmt.Sprintf("--%s=:%d", src.Kind, src.ID))
		case src.Parent != nil:
			sh.Option("--user-parent")
		case src.Target != nil && src.Socket >= 0:
			sh.Option("--target", fmt.Sprint(src.Target.PID), "--net-socket", fmt.Sprint(src.Socket))
		default:
			sh.Option("--" + src.Kind.String() + "=" + src.path())
		}
	}
}

// Lower opens all, then enters all but the user namespace as far as it may,
// the user namespace, and then those that were refused before.
func (s *JoinFiles) Lower(l *Lowering) {
	fds := make([]*program.Instr, len(s.Sources))
	for i := range s.Sources {
		fds[i] = s.Sources[i].open(l)
	}
	hasUser := s.hasUser()
	results := make([]program.Cell, len(fds))
	for i, src := range s.Sources {
		if src.Kind == ns.Time {
			l.Copy = true
		}
		if hasUser && src.Kind != ns.User {
			results[i] = l.Cell(8, "refused")
			src.setns(l, fds[i]).Store(results[i], 0).Ignore()
		}
	}
	for i, src := range s.Sources {
		if src.Kind == ns.User {
			src.setns(l, fds[i])
		}
	}
	for i, src := range s.Sources {
		switch {
		case src.Kind == ns.User:
		case hasUser:
			entered := l.Label("entered")
			l.And(results[i].Load(0), program.Imm(0xffff)).OnZero(entered)
			src.setns(l, fds[i])
			l.Mark(entered)
		default:
			src.setns(l, fds[i])
		}
	}
}

func (s *JoinFiles) hasUser() bool {
	for _, src := range s.Sources {
		if src.Kind == ns.User {
			return true
		}
	}
	return false
}
