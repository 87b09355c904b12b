package plan

import (
	"encoding/binary"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/spawn"
	"isle/ns"
)

// Mirror is a process that waits for its child and ends as that ends: with its
// exit status, or by the signal that killed it. Until then it passes signals on,
// is not killed by those of the keyboard, which reach the child by themselves,
// and stops when the child is stopped.
type Mirror struct {
	PID      int // of the child
	Pass     []syscall.Signal
	Enter    ns.Set // namespaces of the child to be in as well, as far as it may
	PIDFD    int    // of the child, inherited, for that
	ByStatus bool   // end with status 128 plus the signal's number, not by the signal
	Blocked  uint64 // signals that stay blocked: bit n-1 is signal n
}

// Program is what it runs, from a start with all signals blocked.
func (s Mirror) Program() *program.Builder {
	b := &program.Builder{}
	quit := b.Label("quit")
	b.FailTo(quit)
	m := mirror{b, program.Imm(s.PID), b.Cell(128, "siginfo"), b.Label("loop"), b.Label("reap")}
	waited := spawn.SignalSet(append(s.Pass[:len(s.Pass):len(s.Pass)], unix.SIGINT, unix.SIGQUIT, unix.SIGCHLD))
	b.Call(unix.SYS_PRCTL, program.Named(unix.PR_SET_NAME, "PR_SET_NAME"), b.Str("isle"), program.Imm(0), program.Imm(0), program.Imm(0)).Ignore()
	b.Call(unix.SYS_RT_SIGPROCMASK, program.Named(unix.SIG_SETMASK, "SIG_SETMASK"), m.signals(waited|s.Blocked).Addr(0), program.Null(), program.Imm(8))
	if s.Enter != 0 {
		b.Call(unix.SYS_SETNS, program.Imm(s.PIDFD), program.Imm(s.Enter.Flags())).Ignore()
		b.Call(unix.SYS_CLOSE, program.Imm(s.PIDFD)).Ignore()
	}
	m.reaping(s.ByStatus)
	m.passing(m.signals(waited), s.Pass)
	b.Mark(quit)
	b.Exit(program.Imm(1))
	return b
}

type mirror struct {
	*program.Builder
	pid        program.Arg
	info       program.Cell
	loop, reap *program.Label
}

// signals is a signal set in memory.
func (m *mirror) signals(set uint64) program.Cell {
	return m.CellOf(binary.LittleEndian.AppendUint64(nil, set), "signals")
}

// reaping looks whether the child has ended or stopped: at first, for it may
// have before SIGCHLD was blocked, and then whenever one arrives.
func (m *mirror) reaping(byStatus bool) {
	const cldStopped = 5
	options := program.Named(unix.WEXITED|unix.WSTOPPED|unix.WNOHANG|unix.WALL, "WEXITED|WSTOPPED|WNOHANG|__WALL")
	stopped, exited := m.Label("stopped"), m.Label("exited")
	m.Mark(m.reap)
	m.Call(unix.SYS_WAITID, program.Named(unix.P_PID, "P_PID"), m.pid, m.info.Addr(0), options, program.Null())
	m.And(m.info.Load(siPid), program.Imm(0xffffffff)).OnZero(m.loop)
	code := m.And(m.info.Load(siCode), program.Imm(0xff))
	m.Sub(code.Result(), program.Named(cldStopped, "CLD_STOPPED")).OnZero(stopped).Ignore()
	m.Sub(code.Result(), program.Named(cldExited, "CLD_EXITED")).OnZero(exited).Ignore()
	signal := m.And(m.info.Load(siStatus), program.Imm(0x7f))
	if !byStatus {
		m.dying(signal.Result())
	}
	died := m.Sub(signal.Result(), program.Imm(-128))
	m.Exit(died.Result())
	m.Mark(exited)
	status := m.And(m.info.Load(siStatus), program.Imm(0xff))
	m.Exit(status.Result())
	m.Mark(stopped)
	me := m.Call(unix.SYS_GETPID)
	m.Call(unix.SYS_KILL, me.Result(), program.Named(uint64(unix.SIGSTOP), "SIGSTOP"))
	m.Call(unix.SYS_KILL, m.pid, program.Named(uint64(unix.SIGCONT), "SIGCONT")).Ignore().Then(m.reap)
}

// dying ends the process by the signal that ended the child, but without a
// core dump of its own; a signal that does not kill becomes a status.
func (m *mirror) dying(signal program.Arg) {
	none := m.Cell(8, "no signals")
	noCore := m.Words(program.Imm(0), program.Imm(0))
	action := m.Words(program.Imm(0), program.Imm(0), program.Imm(0), program.Imm(0)) // SIG_DFL
	m.Call(unix.SYS_PRLIMIT64, program.Imm(0), program.Named(unix.RLIMIT_CORE, "RLIMIT_CORE"), noCore.Addr(0), program.Null()).Ignore()
	m.Call(unix.SYS_RT_SIGACTION, signal, action.Addr(0).As("SIG_DFL"), program.Null(), program.Imm(8)).Ignore()
	me := m.Call(unix.SYS_GETPID)
	m.Call(unix.SYS_KILL, me.Result(), signal).Ignore()
	m.Call(unix.SYS_RT_SIGPROCMASK, program.Named(unix.SIG_SETMASK, "SIG_SETMASK"), none.Addr(0), program.Null(), program.Imm(8)).Ignore()
}

// passing waits for a signal and sends it on, if it is one to be passed.
func (m *mirror) passing(waited program.Cell, pass []syscall.Signal) {
	m.Mark(m.loop)
	signal := m.Call(unix.SYS_RT_SIGTIMEDWAIT, waited.Addr(0), program.Null(), program.Null(), program.Imm(8)).OnErrno(int(unix.EINTR), m.loop)
	m.Sub(signal.Result(), program.Named(uint64(unix.SIGCHLD), "SIGCHLD")).OnZero(m.reap).Ignore()
	send := m.Label("send")
	for _, s := range pass {
		m.Sub(signal.Result(), program.Imm(int(s))).OnZero(send).Ignore()
	}
	m.Jump(m.loop)
	m.Mark(send)
	m.Call(unix.SYS_KILL, m.pid, signal.Result()).Ignore().Then(m.loop)
}
