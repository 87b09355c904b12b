package plan

import (
	"fmt"
	"strconv"

	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/why"
	"isle/ns"
)

// Target is a process whose namespaces, root or credentials are joined. It is
// opened once, so that its pid cannot come to mean another process meanwhile.
type Target struct {
	PID   int
	Inode uint64 // of its pidfd, 0 if not to be checked
	Dir   bool   // /proc/PID is needed later, when it may not be seen any more

	pidfd, dir *program.Instr
}

// Words describes the step.
func (s *Target) Words() string { return fmt.Sprintf("open process %d", s.PID) }

// Facts gives the pid.
func (s *Target) Facts() why.Facts { return why.Facts{Op: why.OpJoin, PID: s.PID} }

// Shell prints nothing: nsenter is given the pid.
func (s *Target) Shell(*Script) {}

// Lower opens the pidfd, and checks its inode if one is given.
func (s *Target) Lower(l *Lowering) {
	s.dir = nil
	s.pidfd = l.Call(unix.SYS_PIDFD_OPEN, program.Imm(s.PID), program.Imm(0)).
		Called(fmt.Sprintf("failed to obtain a valid file descriptor for PID %d", s.PID))
	if s.Dir {
		s.proc(l)
	}
	if s.Inode == 0 {
		return
	}
	stat, same := l.Cell(144, "stat"), l.Label("same process")
	fstatAt(l.Builder, s.pidfd.Result(), stat)
	l.Sub(stat.Load(8), program.Imm(s.Inode)).OnZero(same)
	l.Fail(int(unix.ESRCH)).Called(fmt.Sprintf("PID %d is not the process with pidfd inode %d any more", s.PID, s.Inode))
	l.Mark(same)
}

// fstatAt appends an fstat of the descriptor.
func fstatAt(b *program.Builder, fd program.Arg, stat program.Cell) {
	b.Call(unix.SYS_NEWFSTATAT, fd, b.Str(""), stat.Addr(0), program.Named(unix.AT_EMPTY_PATH, "AT_EMPTY_PATH")).Called("fstat")
}

// proc is /proc/PID, opened when first needed.
func (s *Target) proc(l *Lowering) program.Arg {
	if s.dir == nil {
		path := "/proc/" + strconv.Itoa(s.PID)
		s.dir = l.Call(unix.SYS_OPENAT, program.Imm(unix.AT_FDCWD), l.Str(path), program.Imm(unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC)).
			Called("cannot open " + path)
	}
	return s.dir.Result()
}

// JoinProcess enters namespaces of a target with setns(2) on its pidfd.
type JoinProcess struct {
	Target *Target
	Kinds  ns.Set
}

// Words describes the step.
func (s *JoinProcess) Words() string {
	words := "enter the"
	for i, k := range s.Kinds.Kinds() {
		if i > 0 {
			words += ","
		}
		words += " " + k.String()
	}
	return words + fmt.Sprintf(" namespaces of process %d", s.Target.PID)
}

// Facts gives kinds and pid.
func (s *JoinProcess) Facts() why.Facts {
	return why.Facts{Op: why.OpJoin, Kinds: s.Kinds, PID: s.Target.PID}
}

// Shell adds the options of nsenter.
func (s *JoinProcess) Shell(sh *Script) {
	sh.Wrap("nsenter", "--target", strconv.Itoa(s.Target.PID))
	for _, k := range s.Kinds.Kinds() {
		sh.Option("--" + k.String())
	}
	// What nsenter does unless told, other steps do here.
	sh.Option("--preserve-credentials")
	if s.Kinds.Has(ns.PID) {
		sh.Option("--no-fork")
	}
}

// Lower tries the others without the user namespace first, for a caller that
// is privileged now and would not be inside; if that is refused, all at once.
func (s *JoinProcess) Lower(l *Lowering) {
	if s.Kinds.Has(ns.Time) {
		l.Copy = true // the kernel refuses it to a process that shares its memory
	}
	others := s.Kinds.Without(ns.User)
	fd, done := s.Target.pidfd.Result(), l.Label("entered")
	if s.Kinds.Has(ns.User) && others != 0 {
		all := l.Label("with user")
		l.Call(unix.SYS_SETNS, fd, program.Imm(others.Flags())).OnError(all)
		l.Call(unix.SYS_SETNS, fd, program.Imm(ns.User.Flag())).Then(done).Called("reassociate to namespaces failed")
		l.Mark(all)
	}
	l.Call(unix.SYS_SETNS, fd, program.Imm(s.Kinds.Flags())).Called("reassociate to namespaces failed")
	l.Mark(done)
}
