package plan

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
)

// Layers mounts an overlay of many folders at the root's directory: what is
// written goes to Upper, whole and in its place, so that it can be read without
// the folders below (Documentation/filesystems/overlayfs.rst).
//
// The options of mount(2) are one page, which the paths of 500 layers overflow,
// and fsconfig(2) takes 255 bytes for a value. So the process goes to each folder
// and names it ".", as Linux 6.5 lets it; that also tells who is in the container
// nothing of where they are. An older kernel gets the options of mount(2), with
// links in a tmpfs if they are too long.
type Layers struct {
	Root        *Root
	Lowers      []string // topmost first
	Upper, Work string
	UserXattr   bool // needed in a user namespace
	Volatile    bool // nothing waits for the disk; after a crash Upper is not to be used again
	// Mapped are detached trees of isle's, in which ids are mapped. Each covers
	// its folder before the layers are looked for.
	Mapped []Mapped
}

// Mapped is a tree that covers the folder that it was made of.
type Mapped struct {
	Dir  string
	Tree int
}

// Words describes the step.
func (s *Layers) Words() string {
	what := "an overlay of " + s.Lowers[0]
	if more := len(s.Lowers) - 1; more > 0 {
		what = fmt.Sprintf("%s and %d layers below it", what, more)
	}
	return "mount " + what + " on " + s.Root.Dir + "; what is written goes to " + s.Upper
}

// Facts describes the mount.
func (s *Layers) Facts() why.Facts {
	return why.Facts{Op: why.OpMount, Source: s.Lowers[0], Target: s.Root.Dir, FSType: "overlay", Options: s.overlay().options()}
}

// Shell prints the mount command.
func (s *Layers) Shell(sh *Script) {
	sh.Command("mount", "-t", "overlay", "-o", s.overlay().options(), "overlay", s.Root.Dir)
}

// overlay is the mount in mount(2)'s terms.
func (s *Layers) overlay() *Overlay {
	return &Overlay{Lowers: s.Lowers, Upper: s.Upper, Work: s.Work, Target: s.Root.Dir, UserXattr: s.UserXattr, Volatile: s.Volatile, Plain: true}
}

// OpenLayers opens the layers of an overlay while the process may still go where
// they are: root of a new user namespace may be nobody to the folders above them.
type OpenLayers struct{ Layers *Layers }

// Words describes the step.
func (s *OpenLayers) Words() string {
	return fmt.Sprintf("open the root's layers, of which there are %d", len(s.Layers.Lowers))
}

// Facts describes the mount that they are for.
func (s *OpenLayers) Facts() why.Facts { return s.Layers.Facts() }

// Shell prints nothing: the mount names them itself.
func (s *OpenLayers) Shell(*Script) {}

// Lower opens them.
func (s *OpenLayers) Lower(l *Lowering) { l.layers[s.Layers] = s.Layers.open(l) }

func (s *Layers) doing() string { return "mount an overlay of " + s.Lowers[0] }

// overlaying is an overlay that is being made.
type overlaying struct {
	*Layers
	*Lowering
	context *program.Instr // the file system, to be configured
	target  *program.Instr // where it is to be mounted
	old     *program.Label // where the process goes on if the kernel is too old for this
}

// open names the layers to a file system that is not made yet.
func (s *Layers) open(l *Lowering) *overlaying {
	o := &overlaying{Layers: s, Lowering: l, old: l.Label("older kernel")}
	o.target = s.openRoot(l)
	for _, m := range s.Mapped {
		tree := program.Named(uint64(m.Tree), "tree of "+m.Dir)
		l.Call(unix.SYS_MOVE_MOUNT, tree, l.Str(""), program.Imm(unix.AT_FDCWD), l.Str(m.Dir), program.Imm(unix.MOVE_MOUNT_F_EMPTY_PATH)).
			Called("map the ids of " + m.Dir)
		l.Call(unix.SYS_CLOSE, tree).Ignore()
	}
	o.context = l.Call(unix.SYS_FSOPEN, l.Str("overlay"), program.Named(unix.FSOPEN_CLOEXEC, "FSOPEN_CLOEXEC")).
		OnErrno(int(unix.ENOSYS), o.old).Called(s.doing())
	o.set("source", "overlay", s.doing())
	for _, dir := range s.Lowers { // before Linux 6.5 it may say so only when there is too much, or at the end
		o.folder("lowerdir+", dir).OnErrno(int(unix.EINVAL), o.old)
	}
	o.folder("upperdir", s.Upper).OnErrno(int(unix.EINVAL), o.old)
	o.folder("workdir", s.Work).OnErrno(int(unix.EINVAL), o.old)
	for _, option := range s.overlay().flags() {
		key, value, _ := strings.Cut(option, "=")
		o.set(key, value, s.doing()+" with the option "+option)
	}
	return o
}

func (s *Layers) openRoot(l *Lowering) *program.Instr {
	return l.Call(unix.SYS_OPENAT, program.Imm(unix.AT_FDCWD), l.Str(s.Root.Dir), program.Imm(unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC)).
		Called("open " + s.Root.Dir)
}

// folder goes to a folder and names it.
func (o *overlaying) folder(key, dir string) *program.Instr {
	o.Call(unix.SYS_CHDIR, o.Str(dir)).Called("go to " + dir)
	return o.set(key, ".", "take "+dir+" into the overlay")
}

func (o *overlaying) set(key, value, doing string) *program.Instr {
	command, text := program.Named(unix.FSCONFIG_SET_FLAG, "FSCONFIG_SET_FLAG"), program.Null()
	if value != "" {
		command, text = program.Named(unix.FSCONFIG_SET_STRING, "FSCONFIG_SET_STRING"), o.Str(value)
	}
	return o.Call(unix.SYS_FSCONFIG, o.context.Result(), command, o.Str(key), text, program.Imm(0)).Called(doing)
}

// Lower makes the file system and mounts it.
func (s *Layers) Lower(l *Lowering) {
	o := l.layers[s]
	if o == nil {
		o = s.open(l)
	}
	root, mounted := l.Cell(8, "root"), l.Label("mounted")
	l.Call(unix.SYS_FSCONFIG, o.context.Result(), program.Named(unix.FSCONFIG_CMD_CREATE, "FSCONFIG_CMD_CREATE"), program.Null(), program.Null(), program.Imm(0)).Called(s.doing()).
		OnErrno(int(unix.EINVAL), o.old)
	mount := l.Call(unix.SYS_FSMOUNT, o.context.Result(), program.Named(unix.FSMOUNT_CLOEXEC, "FSMOUNT_CLOEXEC"), program.Imm(0)).Called(s.doing()).Store(root, 0)
	moveOnto(l, mount.Result(), o.target.Result()).Called(s.doing()).Then(mounted)
	l.Mark(o.old)
	s.older(l, root)
	l.Mark(mounted)
	s.Root.fd = l.Test(root.Load(0))
}

// older mounts it by mount(2).
func (s *Layers) older(l *Lowering, root program.Cell) {
	if len(s.Mapped) > 0 { // the process is somebody else by now, who must make it
		l.Fail(int(unix.EINVAL)).Called("map the ids of a root's layers, for which Linux 6.5 is needed")
		return
	}
	o := s.overlay()
	if len(o.options()) >= optionPage {
		o = s.short(l)
	}
	l.Call(unix.SYS_MOUNT, l.Str("overlay"), l.Str(s.Root.Dir), l.Str("overlay"), program.Imm(0), l.Str(o.options())).Called(s.doing())
	s.openRoot(l).Store(root, 0)
}

// optionPage is how long the options of mount(2) may be, with their end.
const optionPage = 4096

// short is the overlay by links, in a tmpfs that the process goes to.
func (s *Layers) short(l *Lowering) *Overlay {
	o, links := s.overlay(), &Scratch{Dir: s.Root.Dir}
	link := func(to string) string {
		name := strconv.Itoa(len(links.Dirs))
		links.Dirs = append(links.Dirs, ScratchDir{Name: name, Link: to})
		return name
	}
	o.Lowers = nil
	for _, dir := range s.Lowers {
		o.Lowers = append(o.Lowers, link(dir))
	}
	o.Upper, o.Work = link(s.Upper), link(s.Work)
	links.Lower(l)
	l.Call(unix.SYS_CHDIR, l.Str(s.Root.Dir)).Called("go to " + s.Root.Dir)
	return o
}
