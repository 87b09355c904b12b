package plan

import (
	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
)

// Bind mounts a file or directory of the host on a path inside the root.
type Bind struct {
	Root           *Root
	Source, Target string
	File           bool     // the source is no directory
	Attributes     uint64   // MOUNT_ATTR_* that it gets, with all mounts below it
	Changes        []Change // others, in order
	Tree           int      // a detached tree that isle opened itself; 0: Source is opened
	Exact          bool     // the target may have no symbolic links in its path
	Flat           bool     // without the mounts below it
	NoFollow       bool     // the source may not be a symbolic link
	NoLinks        bool     // nor may there be any in its path
	Fleeting       bool     // the source may be gone by then, and is passed over
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
	tree := s.open(l)
	if s.Attributes != 0 {
		s.passOver(setAttributes(l, tree.Result(), s.Attributes, !s.Flat).Called("set the mount flags of "+s.Source), unix.EBADF)
	}
	for _, c := range s.Changes {
		c.apply(l, tree.Result()).Called("set the mount flags of " + s.Source)
	}
	return tree
}

func (s *Bind) open(l *Lowering) *program.Instr {
	if s.Tree != 0 {
		return l.Test(program.Named(uint64(s.Tree), "tree of "+s.Source))
	}
	flags := uint64(unix.OPEN_TREE_CLONE | unix.OPEN_TREE_CLOEXEC)
	if !s.Flat {
		flags |= unix.AT_RECURSIVE
	}
	if s.NoFollow {
		flags |= unix.AT_SYMLINK_NOFOLLOW
	}
	dir, name := program.Imm(unix.AT_FDCWD), l.Str(s.Source)
	if s.NoLinks {
		dir = openHow(l, dir, s.Source, unix.O_PATH|unix.O_CLOEXEC, unix.RESOLVE_NO_SYMLINKS).Called("open " + s.Source).Result()
		name, flags = l.Str(""), flags|unix.AT_EMPTY_PATH
	}
	tree := l.Call(unix.SYS_OPEN_TREE, dir, name, program.Imm(flags)).
		Called("open " + s.Source)
	s.passOver(tree, unix.ENOENT)
	return tree
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
	empty := l.Str("")
	s.passOver(l.Call(unix.SYS_MOVE_MOUNT, tree.Result(), empty, target.Load(0), empty,
		program.Imm(unix.MOVE_MOUNT_F_EMPTY_PATH|unix.MOVE_MOUNT_T_EMPTY_PATH)).Called("bind "+s.Source+" onto "+s.Target), unix.EBADF)
	// There may be more mounts than a process may have descriptors.
	l.Call(unix.SYS_CLOSE, tree.Result()).Ignore()
	l.Call(unix.SYS_CLOSE, target.Load(0)).Ignore()
}
