package plan

import (
	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
)

// Chroot changes the root directory with chroot(2), as unshare --root does.
// Mounts of the old root stay reachable to a process with the privilege to
// look for them: isle run uses Pivot instead.
type Chroot struct{ Dir string }

// Words describes the step.
func (s *Chroot) Words() string { return "change the root directory to " + s.Dir }

// Facts gives the directory.
func (s *Chroot) Facts() why.Facts { return why.Facts{Op: why.OpChroot, Target: s.Dir, Root: s.Dir} }

// Shell wraps the rest in chroot.
func (s *Chroot) Shell(sh *Script) { sh.Wrap("chroot", s.Dir) }

// Lower adds the call.
func (s *Chroot) Lower(l *Lowering) {
	l.Call(unix.SYS_CHROOT, l.Str(s.Dir)).Called("cannot change root directory to '" + s.Dir + "'")
}

// Chdir changes the working directory.
type Chdir struct{ Dir string }

// Words describes the step.
func (s *Chdir) Words() string { return "change the working directory to " + s.Dir }

// Facts gives the directory.
func (s *Chdir) Facts() why.Facts { return why.Facts{Op: why.OpChdir, Target: s.Dir} }

// Shell prints cd.
func (s *Chdir) Shell(sh *Script) { sh.Command("cd", s.Dir) }

// Lower adds the call.
func (s *Chdir) Lower(l *Lowering) {
	l.Call(unix.SYS_CHDIR, l.Str(s.Dir)).Called("cannot change directory to " + s.Dir)
}

// Umask sets the file mode creation mask.
type Umask struct{ Mask uint32 }

// Words describes the step.
func (s *Umask) Words() string { return "set the file mode creation mask" }

// Facts gives nothing more.
func (s *Umask) Facts() why.Facts { return none(why.OpOther) }

// Shell prints umask.
func (s *Umask) Shell(sh *Script) { sh.Command("umask", octal(s.Mask)) }

// Lower adds the call.
func (s *Umask) Lower(l *Lowering) {
	l.Call(unix.SYS_UMASK, program.Named(uint64(s.Mask), octal(s.Mask)))
}
