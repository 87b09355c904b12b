package plan

import (
	"path"
	"strings"

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
func (s *Chroot) Facts() why.Facts { return why.Facts{Op: why.OpChroot, Target: s.Dir} }

// Shell wraps the rest in chroot.
func (s *Chroot) Shell(sh *Script) { sh.Wrap("chroot", s.Dir) }

// Lower adds the call.
func (s *Chroot) Lower(l *Lowering) {
	l.Call(unix.SYS_CHROOT, l.Str(s.Dir)).Called("cannot change root directory to '" + s.Dir + "'")
}

// Chdir changes the working directory.
type Chdir struct {
	Dir string
	// Root, if there is one, is what the directory must be in: a link of an
	// image to /proc/self/fd would lead to whatever is still open.
	Root *Root
}

// Words describes the step.
func (s *Chdir) Words() string { return "change the working directory to " + s.Dir }

// Facts gives the directory.
func (s *Chdir) Facts() why.Facts {
	f := why.Facts{Op: why.OpChdir, Target: s.Dir}
	if s.Root != nil {
		f.Root = s.Root.Seen
	}
	return f
}

// Shell prints cd.
func (s *Chdir) Shell(sh *Script) {
	dir := s.Dir
	if strings.HasPrefix(dir, "-") { // an option, or the directory before
		dir = "./" + dir
	}
	sh.Command("cd", dir)
}

// Lower adds the call.
func (s *Chdir) Lower(l *Lowering) {
	if doing := "cannot change directory to " + s.Dir; s.Root != nil {
		dir := s.Root.resolve(l, s.Dir, unix.O_PATH|unix.O_DIRECTORY).Called(doing)
		l.Call(unix.SYS_FCHDIR, dir.Result()).Called(doing)
		return
	}
	l.Call(unix.SYS_CHDIR, l.Str(s.Dir)).Called("cannot change directory to " + s.Dir)
}

// MakeDirectory makes a directory inside the root, with what is missing above it.
type MakeDirectory struct {
	Root *Root
	Path string
	File bool // it is to be an empty file
}

// Words describes the step.
func (s *MakeDirectory) Words() string { return "make " + s.Path + " in the root if it is missing" }

// Facts gives the directory.
func (s *MakeDirectory) Facts() why.Facts {
	return why.Facts{Op: why.OpFile, Target: s.Path, Root: s.Root.Seen}
}

// Shell prints mkdir.
func (s *MakeDirectory) Shell(sh *Script) {
	at := s.Root.Dir + s.Path
	if !s.File {
		sh.Command("mkdir", "-p", at)
		return
	}
	sh.Command("mkdir", "-p", path.Dir(at))
	sh.Command("touch", at)
}

// Lower adds the calls.
func (s *MakeDirectory) Lower(l *Lowering) { s.Root.target(l, s.Path, s.File, false) }

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
