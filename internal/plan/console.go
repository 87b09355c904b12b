package plan

import (
	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
)

// Console opens a pseudo terminal of the root's own devpts before the pivot,
// hands the outer end to isle and puts the inner one at /dev/console. After a
// pivot, TakeConsole makes it the controlling terminal.
type Console struct {
	Root          *Root
	UID, GID      uint32 // its owner
	Width, Height uint16 // 0: unknown
	// At puts it at /dev/console too.
	At   bool
	Take func(fd int) error

	inner program.Cell
}

// Words describes the step.
func (s *Console) Words() string {
	if s.At {
		return "open a pseudo terminal of the root's own, to be its /dev/console"
	}
	return "open a pseudo terminal of the root's own"
}

// Facts gives the device.
func (s *Console) Facts() why.Facts {
	return why.Facts{Op: why.OpOther, Target: "/dev/pts/ptmx", Root: s.Root.Seen}
}

// Shell prints nothing: a script keeps the terminal that it has.
func (s *Console) Shell(*Script) {}

// Lower gets the inner end from the outer one and not by its name, which might
// lead elsewhere, and mounts it by descriptor.
func (s *Console) Lower(l *Lowering) {
	s.inner = l.Cell(8, "terminal")
	zero := l.Cell(8, "0")
	outer := openHow(l, s.Root.fd.Result(), "dev/pts/ptmx", unix.O_RDWR|unix.O_NOCTTY, unix.RESOLVE_IN_ROOT|unix.RESOLVE_NO_MAGICLINKS).
		Called("open /dev/pts/ptmx in the root")
	l.Call(unix.SYS_IOCTL, outer.Result(), program.Named(unix.TIOCSPTLCK, "TIOCSPTLCK"), zero.Addr(0)).Called("unlock the pseudo terminal")
	inner := l.Call(unix.SYS_IOCTL, outer.Result(), program.Named(unix.TIOCGPTPEER, "TIOCGPTPEER"), program.Imm(unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC)).
		Called("open the pseudo terminal").Store(s.inner, 0)
	l.Call(unix.SYS_FCHOWN, inner.Result(), program.Imm(s.UID), program.Imm(s.GID)).Ignore()
	if s.Width != 0 || s.Height != 0 {
		size := l.Bytes([]byte{byte(s.Height), byte(s.Height >> 8), byte(s.Width), byte(s.Width >> 8), 0, 0, 0, 0}, "size")
		l.Call(unix.SYS_IOCTL, inner.Result(), program.Named(unix.TIOCSWINSZ, "TIOCSWINSZ"), size).Ignore()
	}
	if s.At {
		const doing = "put the pseudo terminal at /dev/console"
		target := s.Root.target(l, "/dev/console", true, true)
		tree := l.Call(unix.SYS_OPEN_TREE, inner.Result(), l.Str(""), program.Imm(treeFlags)).Called(doing)
		moveOnto(l, tree.Result(), target.Load(0)).Called(doing)
	}
	l.Hand(outer, s.Take)
}

// TakeConsole makes the terminal that Console opened the controlling one of a
// new session, and standard input and outputs.
type TakeConsole struct{ Console *Console }

// Words describes the step.
func (s *TakeConsole) Words() string {
	return "start a session with the pseudo terminal as the controlling one, and as standard input and outputs"
}

// Facts gives nothing more.
func (s *TakeConsole) Facts() why.Facts { return none(why.OpOther) }

// Shell prints nothing: a script keeps the terminal that it has.
func (s *TakeConsole) Shell(*Script) {}

// Lower adds the calls.
func (s *TakeConsole) Lower(l *Lowering) {
	inner := s.Console.inner.Load(0)
	l.Call(unix.SYS_SETSID).Ignore(int(unix.EPERM))
	l.Call(unix.SYS_IOCTL, inner, program.Named(unix.TIOCSCTTY, "TIOCSCTTY"), program.Imm(0)).Called("take the pseudo terminal")
	for fd := 0; fd < 3; fd++ {
		l.Call(unix.SYS_DUP3, inner, program.Imm(fd), program.Imm(0))
	}
}
