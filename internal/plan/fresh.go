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
	var mode program.Cell
	if s.KeepMode {
		mode = s.coveredMode(l)
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
	if len(s.Changes) == 0 && !s.KeepMode && s.CopyUp == nil {
		return
	}
	mounted := s.Root.resolve(l, s.Target, unix.O_PATH)
	if s.KeepMode {
		kept := l.Label("mode kept")
		l.Test(mode.Load(0)).OnZero(kept)
		l.Call(unix.SYS_FCHDIR, mounted.Result()).Called("go to " + s.Target + " in the root")
		l.Call(unix.SYS_FCHMODAT, program.Imm(unix.AT_FDCWD), l.Str("."), mode.Load(0)).Called("give " + s.Target + " the mode it had")
		l.Mark(kept)
	}
	if s.CopyUp != nil {
		s.copyUp(l, fd, mounted)
	}
	for _, c := range s.Changes {
		c.apply(l, mounted.Result()).Called("set the mount flags of " + s.Target)
	}
}

// coveredMode is the mode of the directory that will be covered, 0 if it is
// made for the mount.
func (s *Fresh) coveredMode(l *Lowering) program.Cell {
	mode, stat, absent := l.Cell(8, "mode"), l.Cell(144, "stat"), l.Label("absent")
	covered := passAbsent(s.Root.resolve(l, s.Target, unix.O_PATH|unix.O_DIRECTORY), absent)
	fstatAt(l.Builder, covered.Result(), stat)
	l.And(stat.Load(statMode), program.Imm(0o7777)).Store(mode, 0)
	l.Mark(absent)
	return mode
}

// copyUp hands both directories to isle, which copies.
func (s *Fresh) copyUp(l *Lowering, covered program.Cell, mounted *program.Instr) {
	var from int
	readable := func(dir program.Arg) *program.Instr {
		return l.Call(unix.SYS_OPENAT, dir, l.Str("."), program.Imm(unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC)).Called("read " + s.Target + " in the root")
	}
	l.Hand(readable(covered.Load(0)), func(fd int) error { from = fd; return nil })
	l.Hand(readable(mounted.Result()), func(fd int) error {
		defer unix.Close(from)
		defer unix.Close(fd)
		return s.CopyUp(from, fd)
	})
	l.outside(Part{Step: l.step, Call: func(int) error { return nil }})
}

// Bind mounts a file or directory of the host on a path inside the root.
type Bind struct {
	Root           *Root
	Source, Target string
	File           bool     // the source is no directory
	Attributes     uint64   // MOUNT_ATTR_* that it gets, with all mounts below it
	Changes        []Change // others, in order
	Tree           int      // a detached tree that isle opened itself; 0: Source is opened
	Exact          bool     // the target may have no symbolic links in its path
	// Late opens the source early, but copies what is mounted there only when it
	// is bound: mounts then are listed in the order of the steps.
	Late     bool
	Flat     bool // without the mounts below it
	NoFollow bool // the source may not be a symbolic link
	Fleeting bool // the source may be gone by then, and is passed over
}

// Words describes the step.
func (s *Bind) Words() string {
	how := ""
	if s.Attributes&unix.MOUNT_ATTR_RDONLY != 0 {
		how = " read-only"
	}
	return "bind the host's " + s.Source + how + " onto " + s.Target
}

// Facts describes the mount.
func (s *Bind) Facts() why.Facts {
	f := why.Facts{Op: why.OpMount, Source: s.Source, Target: s.Target, Root: s.Root.Seen}
	if !s.Flat {
		f.Options = "rbind"
	}
	return f
}

// Shell prints the mount commands.
func (s *Bind) Shell(sh *Script) {
	target := s.Root.Dir + s.Target
	if s.File {
		sh.Command("touch", target)
	} else {
		sh.Command("mkdir", "-p", target)
	}
	sh.Command("mount", "--rbind", s.Source, target)
	if s.Attributes&unix.MOUNT_ATTR_RDONLY != 0 {
		sh.Command("mount", "-o", "remount,bind,ro", target)
	}
}

// Take opens the sources of binds while the host's paths still mean what the
// caller meant, before anything is mounted.
type Take struct{ Binds []*Bind }

// Words describes the step.
func (s *Take) Words() string {
	words := "open"
	for i, b := range s.Binds {
		if i > 0 {
			words += ","
		}
		words += " " + b.Source
	}
	return words + " of the host, to be bound later"
}

// Facts gives the first source.
func (s *Take) Facts() why.Facts {
	return why.Facts{Op: why.OpMount, Source: s.Binds[0].Source, Options: "rbind"}
}

// Shell prints nothing: the binds name their sources themselves.
func (s *Take) Shell(*Script) {}

// Lower opens a detached copy of each tree and sets its attributes.
func (s *Take) Lower(l *Lowering) {
	for _, b := range s.Binds {
		l.taken[b] = b.take(l)
	}
}

func (s *Bind) take(l *Lowering) *program.Instr {
	if s.Late && s.Tree == 0 {
		return l.Call(unix.SYS_OPENAT, program.Imm(unix.AT_FDCWD), l.Str(s.Source), program.Imm(unix.O_PATH|unix.O_CLOEXEC)).Called("open " + s.Source)
	}
	tree := s.open(l)
	s.change(l, tree)
	return tree
}

// copied is the tree of a source that was opened before.
func (s *Bind) copied(l *Lowering, source *program.Instr) *program.Instr {
	if !s.Late || s.Tree != 0 {
		return source
	}
	tree := l.Call(unix.SYS_OPEN_TREE, source.Result(), l.Str(""), program.Imm(s.flags()|unix.AT_EMPTY_PATH)).Called("open " + s.Source)
	s.change(l, tree)
	return tree
}

// change sets the attributes of the mounts in a tree.
func (s *Bind) change(l *Lowering, tree *program.Instr) {
	if s.Attributes != 0 {
		s.passOver(setAttributes(l, tree.Result(), s.Attributes, !s.Flat).Called("set the mount flags of "+s.Source), unix.EBADF)
	}
	for _, c := range s.Changes {
		c.apply(l, tree.Result()).Called("set the mount flags of " + s.Source)
	}
}

func (s *Bind) open(l *Lowering) *program.Instr {
	if s.Tree != 0 {
		return l.Test(program.Named(uint64(s.Tree), "tree of "+s.Source))
	}
	tree := l.Call(unix.SYS_OPEN_TREE, program.Imm(unix.AT_FDCWD), l.Str(s.Source), program.Imm(s.flags())).
		Called("open " + s.Source)
	s.passOver(tree, unix.ENOENT)
	return tree
}

func (s *Bind) flags() uint64 {
	flags := uint64(unix.OPEN_TREE_CLONE | unix.OPEN_TREE_CLOEXEC)
	if !s.Flat {
		flags |= unix.AT_RECURSIVE
	}
	if s.NoFollow {
		flags |= unix.AT_SYMLINK_NOFOLLOW
	}
	return flags
}

// passOver has a fleeting bind go on without its source.
func (s *Bind) passOver(i *program.Instr, errno unix.Errno) {
	if s.Fleeting {
		i.Ignore(int(errno))
	}
}

// Lower moves the tree onto its place.
func (s *Bind) Lower(l *Lowering) { s.onto(l, s.Root.target(l, s.Target, s.File, s.Exact)) }

func (s *Bind) onto(l *Lowering, target program.Cell) {
	tree := l.taken[s]
	if tree == nil {
		tree = s.take(l)
	}
	tree = s.copied(l, tree)
	empty := l.Str("")
	s.passOver(l.Call(unix.SYS_MOVE_MOUNT, tree.Result(), empty, target.Load(0), empty,
		program.Imm(unix.MOVE_MOUNT_F_EMPTY_PATH|unix.MOVE_MOUNT_T_EMPTY_PATH)).Called("bind "+s.Source+" onto "+s.Target), unix.EBADF)
}
