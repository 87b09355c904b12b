package plan

import (
	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
)

// Fresh mounts a new file system on a path inside the root.
type Fresh struct {
	Root *Root
	MountType
	// Or is carried out instead where the kernel refuses the mount.
	Or *Bind
	// Exact refuses a target with symbolic links in its path.
	Exact bool
	// Changes are made to the mount once it is there.
	Changes []Change
	// Detached makes the mount apart and then moves it to its place. That may be
	// the root of a mount of the same file system, which mount(2) says is busy.
	Detached bool
	// KeepMode gives its root the mode of the directory that it covers.
	KeepMode bool
	// CopyUp, if not nil, copies what the mount covers into it: it is called in
	// isle's process, with descriptors of the two directories.
	CopyUp func(from, to int) error
}

// Words describes the step.
func (s *Fresh) Words() string {
	words := s.MountType.Words() + " of the new root"
	if s.Or != nil {
		words += ", or the host's if that is forbidden"
	}
	return words
}

// Facts describes the mount.
func (s *Fresh) Facts() why.Facts {
	f := s.MountType.Facts()
	f.Root = s.Root.Seen
	return f
}

// Shell prints the mount command.
func (s *Fresh) Shell(sh *Script) {
	m := s.MountType
	m.Target = s.Root.Dir + s.Target
	sh.Command("mkdir", "-p", m.Target)
	m.Shell(sh)
}

// Lower goes to the directory and mounts on ".", which no rename or link can
// turn into something else.
func (s *Fresh) Lower(l *Lowering) {
	if len(s.Changes) > 0 || s.Detached || s.KeepMode || s.CopyUp != nil {
		s.lowerDetached(l)
		return
	}
	fd := s.Root.target(l, s.Target, false, s.Exact)
	data := program.Null()
	if s.Data != "" {
		data = l.Str(s.Data)
	}
	l.Call(unix.SYS_FCHDIR, fd.Load(0)).Called("go to " + s.Target + " in the root")
	mount := l.Call(unix.SYS_MOUNT, l.Str(s.Source), l.Str("."), l.Str(s.Type), program.Imm(s.Flags), data).
		Called("mount " + s.Type + " on " + s.Target)
	if s.Or != nil {
		refused, done := l.Label("refused"), l.Label("mounted")
		mount.OnErrno(int(unix.EPERM), refused).OnErrno(int(unix.EACCES), refused).Then(done)
		l.Mark(refused)
		s.Or.onto(l, fd)
		l.Mark(done)
	}
	l.Call(unix.SYS_CLOSE, fd.Load(0)).Ignore()
}
