package plan

import (
	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
)

// Terminal opens a pseudo terminal of the new root's own devpts, makes it the
// process's controlling terminal and standard input and outputs, and hands the
// other end to the parent (pty(7)).
type Terminal struct {
	UID, GID uint32 // its owner
	// Take gets the outer end, in isle's own process; nil is the plan's Console.
	Take func(fd int) error
}

// Words describes the step.
func (s *Terminal) Words() string {
	return "open a pseudo terminal inside and make it the controlling terminal"
}

// Facts gives nothing more.
func (s *Terminal) Facts() why.Facts { return why.Facts{Op: why.OpOther, Target: "/dev/pts/ptmx"} }

// Shell wraps the rest in a command that opens one.
func (s *Terminal) Shell(sh *Script) { sh.Wrap("setsid", "--ctty", "--wait") }

// Lower opens both ends, starts a session, and keeps one end.
func (s *Terminal) Lower(l *Lowering) {
	path := l.Str("/dev/pts/ptmx")
	zero := l.Cell(8, "0")
	master := l.Call(unix.SYS_OPENAT, program.Imm(unix.AT_FDCWD), path, program.Imm(unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC)).
		Called("open /dev/pts/ptmx")
	l.Call(unix.SYS_IOCTL, master.Result(), program.Named(unix.TIOCSPTLCK, "TIOCSPTLCK"), zero.Addr(0)).Called("unlock the pseudo terminal")
	slave := l.Call(unix.SYS_IOCTL, master.Result(), program.Named(unix.TIOCGPTPEER, "TIOCGPTPEER"), program.Imm(unix.O_RDWR|unix.O_NOCTTY)).
		Called("open the pseudo terminal")
	l.Call(unix.SYS_FCHOWN, slave.Result(), program.Imm(s.UID), program.Imm(s.GID)).Ignore()
	take := s.Take
	if take == nil {
		take = l.console
	}
	l.Hand(master, take)
	l.Call(unix.SYS_SETSID).Ignore(int(unix.EPERM))
	l.Call(unix.SYS_IOCTL, slave.Result(), program.Named(unix.TIOCSCTTY, "TIOCSCTTY"), program.Imm(0)).Called("take the pseudo terminal")
	for fd := 0; fd < 3; fd++ {
		l.Call(unix.SYS_DUP3, slave.Result(), program.Imm(fd), program.Imm(0))
	}
}

// NewSession starts a session without a controlling terminal (setsid(2)).
type NewSession struct{}

// Words describes the step.
func (s *NewSession) Words() string {
	return "start a session of its own, out of reach of the caller's terminal"
}

// Facts gives nothing more.
func (s *NewSession) Facts() why.Facts { return none(why.OpOther) }

// Shell wraps the rest in setsid.
func (s *NewSession) Shell(sh *Script) { sh.Wrap("setsid", "--wait") }

// Lower adds the call.
func (s *NewSession) Lower(l *Lowering) { l.Call(unix.SYS_SETSID).Ignore(int(unix.EPERM)) }
