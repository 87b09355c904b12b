package plan

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/spawn"
	"isle/internal/why"
)

// Init executes, instead of the program, a process of a few hundred bytes that
// is PID 1 in its place: it runs the program as its child, passes signals on
// to it, waits for orphans, and ends as the program does.
type Init struct {
	Exec *Exec
	// Foreground makes the program the terminal's foreground process group.
	Foreground bool
}

// Words describes the step.
func (s *Init) Words() string {
	return "execute a small init as PID 1, which passes signals on and waits for orphans, to " + s.Exec.Words()
}

// Facts gives the program.
func (s *Init) Facts() why.Facts { return s.Exec.Facts() }

// Shell prints the program: a shell that does not exec it is an init of a sort.
func (s *Init) Shell(sh *Script) { s.Exec.Shell(sh) }

// Lower makes a file in memory of the init and executes it. The control socket
// stays open, for it is the init's child that executes the program.
func (s *Init) Lower(l *Lowering) {
	l.Inner = s.inner(l)
	tamper(l.tamper, l.Inner)
	image, err := spawn.Executable(l.Inner)
	if err != nil {
		panic(err) // a program of ours that does not assemble
	}
	l.Call(unix.SYS_FCNTL, l.Control.Socket(), program.Named(unix.F_SETFD, "F_SETFD"), program.Imm(0))
	executeMemory(l, image, "init")
}

// Offsets in siginfo_t as waitid(2) fills it.
const (
	siCode, siPid, siStatus = 8, 16, 24
	cldExited               = 1
)

// inner is the init's own program.
func (s *Init) inner(l *Lowering) *program.Builder {
	in := &Lowering{Builder: &program.Builder{IndexBase: spawn.InnerIndex}, Control: l.Control}
	fail, quit, child := in.Label("fail"), in.Label("quit"), in.Label("child")
	in.Step(l.step)
	in.FailTo(quit)
	all := in.CellOf(binary.LittleEndian.AppendUint64(nil, ^uint64(0)), "all signals")
	in.Call(unix.SYS_RT_SIGPROCMASK, program.Named(unix.SIG_SETMASK, "SIG_SETMASK"), all.Addr(0), program.Null(), program.Imm(8))
	pid := in.Call(unix.SYS_CLONE, program.Named(uint64(unix.SIGCHLD), "SIGCHLD"), program.Imm(0), program.Imm(0), program.Imm(0), program.Imm(0)).OnZero(child)
	in.Call(unix.SYS_CLOSE, in.Control.Socket()).Ignore()
	in.Call(unix.SYS_PRCTL, program.Named(unix.PR_SET_NAME, "PR_SET_NAME"), in.Str("isle-init"), program.Imm(0), program.Imm(0), program.Imm(0)).Ignore()
	superviseChild(in, pid, all)

	in.FailTo(fail)
	in.Mark(child)
	in.Call(unix.SYS_FCNTL, in.Control.Socket(), program.Named(unix.F_SETFD, "F_SETFD"), program.Named(unix.FD_CLOEXEC, "FD_CLOEXEC"))
	if s.Foreground {
		me := in.Cell(8, "pid")
		in.Call(unix.SYS_SETPGID, program.Imm(0), program.Imm(0)).Ignore()
		in.Call(unix.SYS_GETPID).Store(me, 0)
		in.Call(unix.SYS_IOCTL, program.Imm(0), program.Named(unix.TIOCSPGRP, "TIOCSPGRP"), me.Addr(0)).Ignore()
	}
	none := in.Cell(8, "no signals")
	in.Call(unix.SYS_RT_SIGPROCMASK, program.Named(unix.SIG_SETMASK, "SIG_SETMASK"), none.Addr(0), program.Null(), program.Imm(8))
	s.Exec.Lower(in)
	spawn.Report(in.Builder, in.Control, fail, quit)
	return in.Builder
}

// superviseChild appends the loop of the init: each signal is passed on, and
// SIGCHLD has it wait for whoever ended, until that is the program.
func superviseChild(b *Lowering, pid *program.Instr, all program.Cell) {
	loop, pass, reap, done, exited := b.Label("loop"), b.Label("pass"), b.Label("reap"), b.Label("done"), b.Label("exited")
	info := b.Cell(128, "siginfo")
	b.Mark(loop)
	signal := b.Call(unix.SYS_RT_SIGTIMEDWAIT, all.Addr(0), program.Null(), program.Null(), program.Imm(8)).
		OnErrno(int(unix.EINTR), loop) // any other, as a filter may give, would come again and again
	// A signal below SIGCHLD makes a negative difference, which counts as an error.
	b.Sub(signal.Result(), program.Named(uint64(unix.SIGCHLD), "SIGCHLD")).OnZero(reap).OnError(pass)
	b.Mark(pass)
	b.Call(unix.SYS_KILL, pid.Result(), signal.Result()).OnError(loop).Then(loop)
	b.Mark(reap)
	b.Call(unix.SYS_WAITID, program.Named(unix.P_ALL, "P_ALL"), program.Imm(0), info.Addr(0), program.Named(unix.WEXITED|unix.WNOHANG, "WEXITED|WNOHANG"), program.Null()).
		OnError(loop)
	who := b.And(info.Load(siPid), program.Imm(0xffffffff)).OnZero(loop)
	b.Sub(who.Result(), pid.Result()).OnZero(done).Then(reap).OnError(reap)
	b.Mark(done)
	code := b.And(info.Load(siCode), program.Imm(0xff))
	b.Sub(code.Result(), program.Named(cldExited, "CLD_EXITED")).OnZero(exited)
	number := b.And(info.Load(siStatus), program.Imm(0x7f))
	by := b.Sub(number.Result(), program.Imm(-128))
	b.Exit(by.Result())
	b.Mark(exited)
	status := b.And(info.Load(siStatus), program.Imm(0xff))
	b.Exit(status.Result())
}
