package plan

import (
	"path"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
)

// Device is a special file (mknod(2)).
type Device struct {
	Path     string // in the root
	Mode     uint32 // with the type: S_IFCHR, S_IFBLK or S_IFIFO
	Major    uint32
	Minor    uint32
	UID, GID uint32
}

// Devices makes special files inside the root.
type Devices struct {
	Root *Root
	List []Device
	// Bind binds the host's devices instead, as a user namespace needs it.
	Bind bool
}

// DefaultDevices are those that every container has (OCI runtime
// specification, "Default Devices").
func DefaultDevices() []Device {
	list := make([]Device, len(devices))
	for i, d := range devices {
		list[i] = Device{Path: "/dev/" + d.name, Mode: unix.S_IFCHR | 0o666, Major: d.major, Minor: d.minor}
	}
	return list
}

// Words describes the step.
func (s *Devices) Words() string {
	names := make([]string, len(s.List))
	for i, d := range s.List {
		names[i] = d.Path
	}
	if s.Bind {
		return "bind the host's devices " + strings.Join(names, ", ")
	}
	return "make the devices " + strings.Join(names, ", ")
}

// Facts gives the first device.
func (s *Devices) Facts() why.Facts {
	return why.Facts{Op: why.OpFile, Target: s.List[0].Path, Root: s.Root.Seen}
}

// Shell prints the commands.
func (s *Devices) Shell(sh *Script) {
	for _, d := range s.List {
		target := s.Root.Dir + d.Path
		if s.Bind {
			sh.Command("touch", target)
			sh.Command("mount", "--bind", d.Path, target)
			continue
		}
		kind := map[uint32]string{unix.S_IFCHR: "c", unix.S_IFBLK: "b", unix.S_IFIFO: "p"}[d.Mode&unix.S_IFMT]
		words := []string{"mknod", "-m", octal(d.Mode & 0o7777), target, kind}
		if kind != "p" {
			words = append(words, decimal(d.Major), decimal(d.Minor))
		}
		sh.Command(words...)
	}
}

// Lower works in each device's directory by descriptor, so that no link of an
// image leads elsewhere, and leaves alone what is the device already.
func (s *Devices) Lower(l *Lowering) {
	mask := l.Call(unix.SYS_UMASK, program.Imm(0))
	var dir string
	var fd program.Arg
	for _, d := range s.List {
		if parent := path.Dir(d.Path); parent != dir {
			dir, fd = parent, s.Root.target(l, parent, false, false).Load(0)
		}
		if s.Bind {
			s.bind(l, d)
		} else {
			s.node(l, fd, d)
		}
	}
	l.Call(unix.SYS_UMASK, mask.Result())
}

func (s *Devices) node(l *Lowering, dir program.Arg, d Device) {
	doing, name := "make "+d.Path, l.Str(path.Base(d.Path))
	exists, made := l.Label("exists"), l.Label("made")
	l.Call(unix.SYS_MKNODAT, dir, name, program.Named(uint64(d.Mode), octal(d.Mode)), program.Imm(unix.Mkdev(d.Major, d.Minor))).
		OnErrno(int(unix.EEXIST), exists).Then(made).Called(doing)
	l.Mark(exists)
	stat, same := l.Cell(144, "stat"), l.Label("same device")
	l.Call(unix.SYS_NEWFSTATAT, dir, name, stat.Addr(0), program.Named(unix.AT_SYMLINK_NOFOLLOW, "AT_SYMLINK_NOFOLLOW")).Called(doing)
	kind := l.And(stat.Load(statMode), program.Imm(unix.S_IFMT))
	other := l.Label("something else")
	typed := l.Label("same type")
	l.Sub(kind.Result(), program.Imm(d.Mode&unix.S_IFMT)).OnZero(typed).OnError(other).Then(other)
	l.Mark(typed)
	l.Sub(stat.Load(statRdev), program.Imm(unix.Mkdev(d.Major, d.Minor))).OnZero(same).OnError(other).Then(other)
	l.Mark(other)
	l.Fail(int(unix.EEXIST)).Called(doing)
	l.Mark(made)
	if d.UID != 0 || d.GID != 0 {
		l.Call(unix.SYS_FCHOWNAT, dir, name, program.Imm(d.UID), program.Imm(d.GID), program.Named(unix.AT_SYMLINK_NOFOLLOW, "AT_SYMLINK_NOFOLLOW")).Called(doing)
	}
	l.Mark(same)
}

func (s *Devices) bind(l *Lowering, d Device) {
	doing := "bind the host's " + d.Path
	target := s.Root.target(l, d.Path, true, false)
	tree := l.Call(unix.SYS_OPEN_TREE, program.Imm(unix.AT_FDCWD), l.Str(d.Path), program.Imm(unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC)).Called(doing)
	frozen(l, tree.Result(), l.Str(""), unix.AT_EMPTY_PATH).Called(doing)
	moveOnto(l, tree.Result(), target.Load(0)).Called(doing)
}

// Links makes the symbolic links that programs expect in /dev.
type Links struct {
	Root *Root
	// Terminals adds ptmx, which leads to the terminals of /dev/pts; one that
	// is there already is replaced.
	Terminals bool
}

// Words describes the step.
func (s *Links) Words() string { return "make the links of /dev: fd, stdin, stdout, stderr, ptmx" }

// Facts gives the directory.
func (s *Links) Facts() why.Facts {
	return why.Facts{Op: why.OpFile, Target: "/dev", Root: s.Root.Seen}
}

// Shell prints the commands.
func (s *Links) Shell(sh *Script) {
	for _, link := range devLinks {
		sh.Line(Quote("ln", "-s", link[0], s.Root.Dir+"/dev/"+link[1]) + " 2>/dev/null || :")
	}
}

// Lower makes the links by the descriptor of the directory.
func (s *Links) Lower(l *Lowering) {
	dev := s.Root.target(l, "/dev", false, false).Load(0)
	for _, link := range devLinks {
		if link[1] == "ptmx" {
			if !s.Terminals {
				continue
			}
			l.Call(unix.SYS_UNLINKAT, dev, l.Str(link[1]), program.Imm(0)).Ignore(int(unix.ENOENT)).Called("replace /dev/ptmx")
		}
		l.Call(unix.SYS_SYMLINKAT, l.Str(link[0]), dev, l.Str(link[1])).Ignore(int(unix.EEXIST)).Called("make /dev/" + link[1])
	}
}
