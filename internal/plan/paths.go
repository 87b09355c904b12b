package plan

import (
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
)

// MaskedPaths hides paths inside the root: a directory by an empty read-only
// one, anything else by the null device. What does not exist is passed over
// (OCI runtime specification, "Masked Paths").
type MaskedPaths struct {
	Root  *Root
	Paths []string
}

// Words describes the step.
func (s *MaskedPaths) Words() string { return "hide " + strings.Join(s.Paths, ", ") }

// Facts describes the mounts.
func (s *MaskedPaths) Facts() why.Facts {
	return why.Facts{Op: why.OpMount, Target: s.Paths[0], FSType: "bind", Root: s.Root.Seen}
}

// Shell prints the commands.
func (s *MaskedPaths) Shell(sh *Script) {
	for _, p := range s.Paths {
		path := Quote(s.Root.Dir + p)
		sh.Line("if [ -d " + path + " ]; then mount -t tmpfs -o ro,size=0k tmpfs " + path +
			"; elif [ -e " + path + " ]; then mount --bind /dev/null " + path + "; fi")
	}
}

const treeFlags = unix.OPEN_TREE_CLONE | unix.OPEN_TREE_CLOEXEC | unix.AT_EMPTY_PATH

// Lower mounts by descriptors: a file cannot be put on a directory, which the
// kernel says by EINVAL, so that which of the two a path is need not be asked
// before.
func (s *MaskedPaths) Lower(l *Lowering) {
	empty := l.Cell(8, "empty directory")
	null := hostNull(l)
	for _, p := range s.Paths {
		doing := "hide " + p
		next, directory := l.Label("next"), l.Label("directory")
		target := passAbsent(s.Root.resolve(l, p, unix.O_PATH), next).Called(doing)
		cover := l.Call(unix.SYS_OPEN_TREE, null.Result(), l.Str(""), program.Imm(treeFlags)).Called(doing)
		frozen(l, cover.Result(), l.Str(""), unix.AT_EMPTY_PATH).Called(doing)
		moveOnto(l, cover.Result(), target.Result()).OnErrno(int(unix.EINVAL), directory).Then(next).Called(doing)
		l.Mark(directory)
		first, further := l.Label("first"), l.Label("further")
		l.Test(empty.Load(0)).OnZero(first).Then(further)
		l.Mark(first)
		s.emptyDirectory(l, empty)
		moveOnto(l, empty.Load(0), target.Result()).Called(doing).Then(next)
		l.Mark(further) // only a mount that has its place can be copied, before Linux 6.15
		tree := l.Call(unix.SYS_OPEN_TREE, empty.Load(0), l.Str(""), program.Imm(treeFlags)).Called(doing)
		moveOnto(l, tree.Result(), target.Result()).Called(doing)
		l.Mark(next)
	}
}

// hostNull opens the host's null device, and makes sure that it is that.
func hostNull(l *Lowering) *program.Instr {
	stat, ok := l.Cell(144, "stat"), l.Label("null device")
	fd := l.Call(unix.SYS_OPENAT, program.Imm(unix.AT_FDCWD), l.Str("/dev/null"), program.Imm(unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC)).Called("open /dev/null")
	fstatAt(l.Builder, fd.Result(), stat)
	l.Sub(stat.Load(statRdev), program.Named(unix.Mkdev(1, 3), "makedev(1, 3)")).OnZero(ok)
	l.Fail(int(unix.ENODEV)).Called("/dev/null of this host is not the null device")
	l.Mark(ok)
	return fd
}

// emptyDirectory makes the directory that hides others.
func (s *MaskedPaths) emptyDirectory(l *Lowering, empty program.Cell) {
	const doing = "make an empty directory to hide others"
	context := l.Call(unix.SYS_FSOPEN, l.Str("tmpfs"), program.Named(unix.FSOPEN_CLOEXEC, "FSOPEN_CLOEXEC")).Called(doing)
	set := func(key, value string) {
		l.Call(unix.SYS_FSCONFIG, context.Result(), program.Named(unix.FSCONFIG_SET_STRING, "FSCONFIG_SET_STRING"), l.Str(key), l.Str(value), program.Imm(0)).Called(doing)
	}
	set("size", "0k")
	set("mode", "0555")
	l.Call(unix.SYS_FSCONFIG, context.Result(), program.Named(unix.FSCONFIG_CMD_CREATE, "FSCONFIG_CMD_CREATE"), program.Null(), program.Null(), program.Imm(0)).Called(doing)
	const attributes = unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NODEV | unix.MOUNT_ATTR_NOEXEC
	l.Call(unix.SYS_FSMOUNT, context.Result(), program.Named(unix.FSMOUNT_CLOEXEC, "FSMOUNT_CLOEXEC"), program.Imm(attributes)).Store(empty, 0).Called(doing)
}

// ReadOnlyPaths makes paths inside the root read-only by binding them onto
// themselves. What does not exist is passed over.
type ReadOnlyPaths struct {
	Root  *Root
	Paths []string
}

// Words describes the step.
func (s *ReadOnlyPaths) Words() string { return "make read-only " + strings.Join(s.Paths, ", ") }

// Facts describes the mounts.
func (s *ReadOnlyPaths) Facts() why.Facts {
	return why.Facts{Op: why.OpMount, Target: s.Paths[0], FSType: "bind", Root: s.Root.Seen}
}

// Shell prints the commands.
func (s *ReadOnlyPaths) Shell(sh *Script) {
	for _, p := range s.Paths {
		path := Quote(s.Root.Dir + p)
		sh.Line("if [ -e " + path + " ]; then mount --rbind " + path + " " + path + "; mount -o remount,bind,ro " + path + "; fi")
	}
}

// Lower adds the calls.
func (s *ReadOnlyPaths) Lower(l *Lowering) {
	for _, p := range s.Paths {
		doing, next := "make "+p+" read-only", l.Label("next")
		target := passAbsent(s.Root.resolve(l, p, unix.O_PATH), next).Called(doing)
		tree := l.Call(unix.SYS_OPEN_TREE, target.Result(), l.Str(""), program.Imm(treeFlags|unix.AT_RECURSIVE)).Called(doing)
		Change{Set: unix.MOUNT_ATTR_RDONLY}.apply(l, tree.Result()).Called(doing)
		moveOnto(l, tree.Result(), target.Result()).Called(doing)
		l.Mark(next)
	}
}

// passAbsent goes on at next where a path does not exist.
func passAbsent(i *program.Instr, next *program.Label) *program.Instr {
	return i.OnErrno(int(unix.ENOENT), next).OnErrno(int(unix.ENOTDIR), next).OnErrno(int(unix.EACCES), next)
}

// moveOnto appends the call that mounts a detached tree on a descriptor.
func moveOnto(l *Lowering, tree, target program.Arg) *program.Instr {
	return l.Call(unix.SYS_MOVE_MOUNT, tree, l.Str(""), target, l.Str(""),
		program.Imm(unix.MOVE_MOUNT_F_EMPTY_PATH|unix.MOVE_MOUNT_T_EMPTY_PATH))
}
