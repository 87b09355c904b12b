package plan

import (
	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/spawn"
	"isle/internal/why"
)

// Gate makes the process wait for its start, held by nothing but itself: it
// listens on a socket, and goes on when somebody connects and sends a byte.
// What fails afterwards it says there; the end of file says that the program
// was executed. A Shed comes before it.
type Gate struct {
	Socket int // of a stream, listening; open in the process
	// Record is called in isle's process when all steps before are done. Where
	// it fails, or isle is gone, the process ends.
	Record func(pid int) error
	// Describe says what the instructions of a program do, for whoever is told
	// of a failure of one.
	Describe func(b *program.Builder) []byte
}

// Words describes the step.
func (s *Gate) Words() string { return "wait for the start" }

// Facts gives nothing more.
func (s *Gate) Facts() why.Facts { return none(why.OpOther) }

// Shell waits for a line.
func (s *Gate) Shell(sh *Script) { sh.Comment(s.Words()) }

// gate is what is left for the end of the lowering.
type gate struct {
	step       *Gate
	number     int
	connection program.Cell
}

// Lower reports what failed before, has isle record the process, and waits.
func (s *Gate) Lower(l *Lowering) {
	l.outside(Part{Step: l.step, Call: s.Record})
	closed := l.Label("recorded")
	l.Jump(closed)
	spawn.Report(l.Builder, l.Control, l.FailLabel(), l.quit)
	l.Mark(closed)

	l.gate = &gate{s, l.step, l.Cell(8, "connection")}
	l.quit = l.Label("quit at the gate")
	l.FailTo(l.Label("fail at the gate"))
	again, hungUp := l.Label("wait"), l.Label("hung up")
	word := l.Cell(8, "word")
	l.Call(unix.SYS_CLOSE, l.Control.Socket())
	l.Mark(again)
	l.Call(unix.SYS_ACCEPT4, program.Imm(s.Socket), program.Null(), program.Null(), program.Named(unix.SOCK_CLOEXEC, "SOCK_CLOEXEC")).
		Store(l.gate.connection, 0).OnErrno(int(unix.EINTR), again).OnErrno(int(unix.ECONNABORTED), again).OnError(l.quit)
	open := l.Label("open")
	l.Call(unix.SYS_READ, l.gate.connection.Load(0), word.Addr(0), program.Imm(1)).OnZero(hungUp).OnError(hungUp).Then(open)
	l.Mark(hungUp)
	l.Call(unix.SYS_CLOSE, l.gate.connection.Load(0)).Ignore().Then(again)
	l.Mark(open)
}

// report appends how the process tells of a failure after the gate. What the
// instructions do is told by the process as well, so that whoever opens the
// gate needs to know nothing of the plan.
func (g *gate) report(l *Lowering) {
	fail := l.FailLabel()
	l.Step(g.number)
	l.FailTo(l.quit)
	var text []byte
	if g.step.Describe != nil { // a plan that is only shown describes nothing
		text = g.step.Describe(l.Builder)
	}
	l.Mark(fail)
	l.Call(unix.SYS_WRITE, g.connection.Load(0), l.Status(), program.Imm(program.StatusSize))
	l.Call(unix.SYS_WRITE, g.connection.Load(0), l.Bytes(text, "what the instructions do"), program.Imm(len(text)))
	l.Mark(l.quit)
	l.Exit(program.Imm(1))
}
