package plan

import (
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/spawn"
	"isle/internal/why"
	"isle/ns"
)

// Create makes the process in new namespaces, none if the set is empty: as a
// child, or, in a plan carried out in place, by moving the process itself.
type Create struct {
	Kinds   ns.Set
	InPlace bool
}

// Words describes the step.
func (s *Create) Words() string {
	names := make([]string, 0, 8)
	for _, k := range s.Kinds.Kinds() {
		names = append(names, k.String())
	}
	in := ""
	if len(names) > 0 {
		in = "new " + strings.Join(names, ", ") + " namespace"
		if len(names) > 1 {
			in += "s"
		}
	}
	switch {
	case s.InPlace:
		return "move this process into " + in
	case in == "":
		return "fork a child process"
	}
	return "fork a child process in " + in
}

// Shell adds the unshare command that the rest runs under.
func (s *Create) Shell(sh *Script) {
	words := []string{"unshare"}
	for _, k := range s.Kinds.Kinds() {
		words = append(words, "--"+k.String())
	}
	if !s.InPlace {
		words = append(words, "--fork")
	}
	if s.Kinds.Has(ns.Mount) {
		words = append(words, "--propagation", "unchanged")
	}
	sh.Wrap(words...)
}

// Facts gives the kinds.
func (s *Create) Facts() why.Facts { return why.Facts{Op: why.OpCreate, Kinds: s.Kinds} }

// Lower adds flags to the first clone, or a clone of its own if steps came
// before, or unshare in place. A time namespace is always unshared: it is
// entered when the program is executed, after its offsets have been written.
func (s *Create) Lower(l *Lowering) {
	flags := s.Kinds.Flags()
	now := flags
	switch {
	case l.inPlace:
	case l.First():
		l.Flags |= flags &^ unix.CLONE_NEWTIME
		now = flags & unix.CLONE_NEWTIME
	default:
		l.goOn(flags &^ unix.CLONE_NEWTIME)
		now = flags & unix.CLONE_NEWTIME
	}
	if now != 0 {
		l.Call(unix.SYS_UNSHARE, program.Imm(now)).Called("unshare failed")
	}
}

// goOn forks a child that goes on in the process's place and is a child of its
// parent; the process itself ends.
func (l *Lowering) goOn(flags uint64) {
	pid := l.Cell(16, "pid")
	if !l.Copy {
		flags |= unix.CLONE_VM
	}
	flags |= unix.CLONE_PARENT | unix.CLONE_PARENT_SETTID | unix.CLONE_CLEAR_SIGHAND
	args := l.Words(program.Imm(flags), program.Null(), program.Null(), pid.Addr(0),
		program.Imm(0), program.Null(), program.Imm(0), program.Null())
	child := l.Label("child")
	l.Call(unix.SYS_CLONE3, args.Addr(0).As("{flags="+program.FlagNames(flags, program.CloneFlags)+"}"), program.Imm(64)).
		OnZero(child).Called("fork failed")
	if l.shed == nil {
		l.Nested = &pid
	} else {
		spawn.SendPid(l.Builder, l.Control, pid)
	}
	l.Exit(program.Imm(0))
	l.Mark(child)
	if l.shed != nil {
		spawn.AwaitParent(l.Builder, l.Control, l.quit)
	}
	l.proc = nil // of another pid namespace's view
}
