package plan

import (
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
)

// Root is the directory that becomes the process's root: prepared by a step
// and open from then on, so that everything below it is reached by descriptor.
type Root struct {
	Dir string // its path before the pivot
	// Seen is where the caller can look at its files, to explain a failure.
	Seen string
	fd   *program.Instr
}

func (r *Root) open(l *Lowering) {
	r.fd = l.Call(unix.SYS_OPENAT, program.Imm(unix.AT_FDCWD), l.Str(r.Dir), program.Imm(unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC)).
		Called("open " + r.Dir)
}

// OpenRoot takes the root directory that the process has by now, as after
// joining a mount namespace, for steps that work below one.
type OpenRoot struct{ Root *Root }

// Words describes the step.
func (s *OpenRoot) Words() string { return "open the root directory" }

// Facts gives nothing more.
func (s *OpenRoot) Facts() why.Facts { return none(why.OpOther) }

// Shell prints nothing.
func (s *OpenRoot) Shell(*Script) {}

// Lower opens it.
func (s *OpenRoot) Lower(l *Lowering) { s.Root.open(l) }

// Scratch mounts a tmpfs that holds what is thrown away afterwards: the upper
// layers of overlays and the place where the root is put together. It covers
// Dir, in the new mount namespace only.
type Scratch struct {
	Dir  string
	Dirs []ScratchDir // made in it, in order
}

// ScratchDir is a directory in the scratch place or, if Link is not empty, a
// symbolic link that holds it.
type ScratchDir struct {
	Name     string
	Mode     uint32
	UID, GID uint32 // given where the ids are mapped
	Link     string
}

// Words describes the step.
func (s *Scratch) Words() string {
	return "mount a tmpfs for throw-away files, out of sight at " + s.Dir
}

// Facts describes the mount.
func (s *Scratch) Facts() why.Facts {
	return why.Facts{Op: why.OpMount, Source: "tmpfs", Target: s.Dir, FSType: "tmpfs"}
}

// Shell prints mount, mkdir and ln.
func (s *Scratch) Shell(sh *Script) {
	sh.Command("mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", s.Dir)
	for _, d := range s.Dirs {
		if d.Link != "" {
			sh.Command("ln", "-s", d.Link, s.Dir+"/"+d.Name)
			continue
		}
		sh.Command("mkdir", "-m", octal(d.Mode), s.Dir+"/"+d.Name)
	}
}

// Lower adds the mount and works in it.
func (s *Scratch) Lower(l *Lowering) {
	l.Call(unix.SYS_MOUNT, l.Str("tmpfs"), l.Str(s.Dir), l.Str("tmpfs"), program.Imm(0), l.Str("mode=0755")).
		Called("mount tmpfs on " + s.Dir)
	here := l.Call(unix.SYS_OPENAT, program.Imm(unix.AT_FDCWD), l.Str(s.Dir), program.Imm(unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC)).Result()
	mask := l.Call(unix.SYS_UMASK, program.Imm(0))
	for _, d := range s.Dirs {
		s.make(l, here, d)
	}
	l.Call(unix.SYS_UMASK, mask.Result())
}

func (s *Scratch) make(l *Lowering, here program.Arg, d ScratchDir) {
	name, doing := l.Str(d.Name), "make "+d.Name+" in "+s.Dir
	if d.Link != "" {
		l.Call(unix.SYS_SYMLINKAT, l.Str(d.Link), here, name).Called(doing)
		return
	}
	l.Call(unix.SYS_MKDIRAT, here, name, program.Named(uint64(d.Mode), octal(d.Mode))).Called(doing)
	if d.UID != 0 || d.GID != 0 {
		l.Call(unix.SYS_FCHOWNAT, here, name, program.Imm(d.UID), program.Imm(d.GID), program.Named(unix.AT_SYMLINK_NOFOLLOW, "AT_SYMLINK_NOFOLLOW")).Ignore()
	}
}

// Overlay mounts an overlay file system: Lower is seen, and what is written
// goes to Upper (Documentation/filesystems/overlayfs.rst).
type Overlay struct {
	Lowers      []string // topmost first
	Upper, Work string
	Target      string
	UserXattr   bool // needed in a user namespace
	// Plain has Upper hold changes as they are seen, whole and in their place, so
	// that they can be read without Lowers.
	Plain    bool
	Volatile bool // nothing waits for the disk
	Root     *Root
	Below    bool // the Root is not the process's, but an overlay in it
	Fleeting bool // the lower directory may be gone by then, and is passed over
}

// Words describes the step.
func (s *Overlay) Words() string {
	return "mount " + strings.Join(s.Lowers, ":") + " on " + s.Target + " through an overlay; what is written goes to " + s.Upper
}

// Facts describes the mount.
func (s *Overlay) Facts() why.Facts {
	return why.Facts{Op: why.OpMount, Source: s.Lowers[0], Target: s.Target, FSType: "overlay", Options: s.options()}
}

func (s *Overlay) options() string {
	lowers := make([]string, len(s.Lowers))
	for i, d := range s.Lowers {
		lowers[i] = escapeOverlay(d)
	}
	o := "lowerdir=" + strings.Join(lowers, ":") + ",upperdir=" + escapeOverlay(s.Upper) + ",workdir=" + escapeOverlay(s.Work)
	for _, flag := range s.flags() {
		o += "," + flag
	}
	return o
}

// flags are the options that name no folder.
func (s *Overlay) flags() (list []string) {
	if s.UserXattr {
		list = append(list, "userxattr")
	}
	if s.Plain {
		list = append(list, "redirect_dir=nofollow", "metacopy=off", "index=off")
	}
	if s.Volatile {
		list = append(list, "volatile")
	}
	return list
}

// escapeOverlay protects the characters that overlayfs takes for separators.
func escapeOverlay(path string) string {
	if !strings.ContainsAny(path, `\:,`) {
		return path
	}
	return strings.NewReplacer(`\`, `\\`, `:`, `\:`, `,`, `\,`).Replace(path)
}

// Shell prints the mount command.
func (s *Overlay) Shell(sh *Script) {
	sh.Command("mount", "-t", "overlay", "-o", s.options(), "overlay", s.Target)
}

// Lower adds the mount and, if it is the root's, opens it.
func (s *Overlay) Lower(l *Lowering) {
	mount := l.Call(unix.SYS_MOUNT, l.Str("overlay"), l.Str(s.Target), l.Str("overlay"), program.Imm(0), l.Str(s.options())).
		Called("mount an overlay of " + s.Lowers[0])
	if s.Fleeting {
		mount.Ignore(int(unix.ENOENT))
	}
	if s.Root != nil {
		s.Root.open(l)
	}
}

// BindRoot makes a directory a mount point, as pivot_root wants it, by binding
// it and what is mounted below it onto itself.
type BindRoot struct{ Root *Root }

// Words describes the step.
func (s *BindRoot) Words() string { return "bind " + s.Root.Dir + " onto itself, to be the new root" }

// Facts describes the mount.
func (s *BindRoot) Facts() why.Facts {
	return why.Facts{Op: why.OpMount, Source: s.Root.Dir, Target: s.Root.Dir, Options: "rbind"}
}

// Shell prints the mount command.
func (s *BindRoot) Shell(sh *Script) { sh.Command("mount", "--rbind", s.Root.Dir, s.Root.Dir) }

// Lower mounts a copy of the tree by its descriptor: by its path, what is on
// top of the caller's own root could not be reached.
func (s *BindRoot) Lower(l *Lowering) {
	doing := "bind " + s.Root.Dir
	s.Root.fd = l.Call(unix.SYS_OPEN_TREE, program.Imm(unix.AT_FDCWD), l.Str(s.Root.Dir),
		program.Imm(unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC|unix.AT_RECURSIVE)).Called(doing)
	l.Call(unix.SYS_MOVE_MOUNT, s.Root.fd.Result(), l.Str(""), program.Imm(unix.AT_FDCWD), l.Str(s.Root.Dir),
		program.Imm(unix.MOVE_MOUNT_F_EMPTY_PATH)).Called(doing)
}

// ReadOnlyRoot makes the root's mount read-only, and those of overlays that it
// is put together of; other mounts below it stay as they are.
type ReadOnlyRoot struct {
	Root  *Root
	Below []*Root
}

// Words describes the step.
func (s *ReadOnlyRoot) Words() string { return "make the root read-only" }

// Facts describes the mount.
func (s *ReadOnlyRoot) Facts() why.Facts { return why.Facts{Op: why.OpRemount, Target: s.Root.Dir} }

// Shell prints the mount command.
func (s *ReadOnlyRoot) Shell(sh *Script) {
	for _, r := range append([]*Root{s.Root}, s.Below...) {
		sh.Command("mount", "-o", "remount,bind,ro", r.Dir)
	}
}

// Lower adds the calls.
func (s *ReadOnlyRoot) Lower(l *Lowering) {
	for _, r := range append([]*Root{s.Root}, s.Below...) {
		setAttributes(l, r.fd.Result(), unix.MOUNT_ATTR_RDONLY, false).Called("make the root read-only")
	}
}

// setAttributes appends mount_setattr on the mount of a descriptor.
func setAttributes(l *Lowering, fd program.Arg, set uint64, recursive bool) *program.Instr {
	attr := l.Words(program.Imm(set), program.Imm(0), program.Imm(0), program.Imm(0))
	flags := unix.AT_EMPTY_PATH
	if recursive {
		flags |= unix.AT_RECURSIVE
	}
	text := "{attr_set=" + program.FlagNames(set, program.MountAttrs) + "}"
	return l.Call(unix.SYS_MOUNT_SETATTR, fd, l.Str(""), program.Imm(flags), attr.Addr(0).As(text), program.Imm(32))
}

// Pivot makes the prepared directory the root and takes the old root away
// altogether (pivot_root(2)).
type Pivot struct {
	Root *Root
	// Move moves the root's mount onto the old one instead and changes the
	// root directory to it, for where the old one is a ramfs that cannot be
	// pivoted away from. What it covers can be reached by whoever unmounts it.
	Move bool
	// Chroot only changes the root directory, for a process in a mount
	// namespace that it shares.
	Chroot bool
}

// Words describes the step.
func (s *Pivot) Words() string {
	if s.Chroot {
		return "change the root directory to " + s.Root.Dir
	}
	if s.Move {
		return "move " + s.Root.Dir + " onto the old root and make it the root directory"
	}
	return "pivot into " + s.Root.Dir + " and unmount the old root, so that nothing of it can be reached"
}

// Facts gives the new root.
func (s *Pivot) Facts() why.Facts {
	return why.Facts{Op: why.OpPivot, Target: s.Root.Dir, Root: s.Root.Dir}
}

// Shell prints the commands.
func (s *Pivot) Shell(sh *Script) {
	sh.Command("cd", s.Root.Dir)
	if s.Move || s.Chroot {
		if s.Move {
			sh.Line("mount --move . /")
		}
		sh.Wrap("chroot", ".")
		return
	}
	sh.Line("pivot_root . .")
	sh.Line("umount -l .")
	sh.Wrap("chroot", ".")
}

// Lower adds the calls: the old root ends up on top of the new one and is what
// "." means to umount2.
func (s *Pivot) Lower(l *Lowering) {
	dot := l.Str(".")
	l.Call(unix.SYS_FCHDIR, s.Root.fd.Result()).Called("go to " + s.Root.Dir)
	if s.Move || s.Chroot {
		if s.Move {
			l.Call(unix.SYS_MOUNT, dot, l.Str("/"), program.Null(), program.Named(unix.MS_MOVE, "MS_MOVE"), program.Null()).Called("move " + s.Root.Dir + " onto /")
		}
		l.Call(unix.SYS_CHROOT, dot).Called("make " + s.Root.Dir + " the root directory")
		l.Call(unix.SYS_CHDIR, l.Str("/")).Called("go to the new root")
		return
	}
	l.Call(unix.SYS_PIVOT_ROOT, dot, dot).Called("pivot into " + s.Root.Dir)
	l.Call(unix.SYS_UMOUNT2, dot, program.Imm(unix.MNT_DETACH)).Called("unmount the old root")
	l.Call(unix.SYS_CHDIR, l.Str("/")).Called("go to the new root")
}
