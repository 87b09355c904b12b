package plan

import (
	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
	"isle/ns"
)

// Persist keeps a new namespace alive by binding it onto a file, which must exist.
type Persist struct {
	Kind ns.Kind
	File string
}

// Words describes the step.
func (s *Persist) Words() string {
	return "bind the new " + s.Kind.String() + " namespace onto " + s.File + ", which keeps it alive"
}

// NeedsOutside says that the bind is made from outside: inside new mount or
// user namespaces it would be lost or forbidden.
func (s *Persist) NeedsOutside() bool { return true }

// Facts gives the file.
func (s *Persist) Facts() why.Facts {
	return why.Facts{Op: why.OpPersist, Kinds: ns.SetOf(s.Kind), Target: s.File}
}

// Shell prints the bind mount.
func (s *Persist) Shell(sh *Script) {
	sh.Outside(`mount --bind "/proc/$pid/ns/` + s.Kind.FileForChildren() + `" ` + Quote(s.File))
}

// Lower adds the bind mount. The namespace of a forked child that is to be
// kept is the child's own; in place it is the one its children will be in.
func (s *Persist) Lower(l *Lowering) {
	file := s.Kind.File()
	if l.inPlace || s.Kind == ns.Time {
		file = s.Kind.FileForChildren()
	}
	l.Outside(func(b *program.Builder, pid string) {
		src := "/proc/" + pid + "/ns/" + file
		b.Call(unix.SYS_MOUNT, b.Str(src), b.Str(s.File), program.Null(), program.Imm(unix.MS_BIND), program.Null()).
			Called("mount " + src + " on " + s.File + " failed")
	})
}
