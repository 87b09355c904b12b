package plan

import (
	"golang.org/x/sys/unix"

	"isle/internal/program"
)

// helper is the process that does a plan's parts when the plan is carried out
// in place and there is no parent to do them. It is made before anything else,
// so that it stays outside the new namespaces, and is gone before the program
// is executed.
type helper struct {
	pid         string // of the process it helps
	main, other int    // ends of a socket pair
	parts       []Part
	clone       *program.Instr
	begin       *program.Label
}

// start appends the clone; it must come first of all instructions that matter.
func (h *helper) start(l *Lowering) {
	h.begin = l.Label("helper")
	args := l.Words(
		program.Imm(unix.CLONE_VM|unix.CLONE_CLEAR_SIGHAND), program.Null(), program.Null(), program.Null(),
		program.Imm(0), program.Null(), program.Imm(0), program.Null())
	h.clone = l.Call(unix.SYS_CLONE3, args.Addr(0), program.Imm(64)).OnZero(h.begin)
	l.Call(unix.SYS_CLOSE, program.Imm(h.other))
}

// wait makes the main process wait for the part.
func (h *helper) wait(l *Lowering, p Part) {
	h.parts = append(h.parts, p)
	gone := l.Label("helped")
	word := l.Cell(8, "word")
	failed := l.Label("failed")
	l.Call(unix.SYS_SENDTO, program.Imm(h.main), word.Addr(0), program.Imm(1), program.Imm(unix.MSG_NOSIGNAL), program.Null(), program.Imm(0))
	l.Call(unix.SYS_READ, program.Imm(h.main), word.Addr(0), program.Imm(1)).OnZero(failed).Then(gone)
	l.Mark(failed)
	// The helper has left its failure in the status, which the two share.
	l.Jump(l.FailLabel())
	l.Mark(gone)
}

// reap makes the main process wait for the helper's end, which comes by itself
// after the last part.
func (h *helper) reap(l *Lowering) {
	if h.clone != nil {
		l.Call(unix.SYS_WAIT4, h.clone.Result(), program.Null(), program.Imm(unix.WALL), program.Null()).Ignore()
	}
}

// lower appends the helper's own program.
func (h *helper) lower(l *Lowering) {
	if h.clone == nil {
		return
	}
	quit := l.Label("helper fails")
	l.FailTo(quit)
	l.Mark(h.begin)
	l.Call(unix.SYS_CLOSE, program.Imm(h.main))
	word := l.Cell(8, "word")
	for _, p := range h.parts {
		l.Step(p.Step)
		l.Call(unix.SYS_READ, program.Imm(h.other), word.Addr(0), program.Imm(1)).OnZero(quit)
		p.Add(l.Builder, h.pid)
		l.Call(unix.SYS_SENDTO, program.Imm(h.other), word.Addr(0), program.Imm(1), program.Imm(unix.MSG_NOSIGNAL), program.Null(), program.Imm(0))
	}
	l.Exit(program.Imm(0))
	l.Mark(quit)
	l.Exit(program.Imm(1))
}
