package plan

import (
	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/spawn"
	"isle/internal/why"
)

// Shed makes the process go on as a file in memory that holds nothing but the
// loop and the rest of the plan. Before, its memory is isle's and its
// /proc/PID/exe is isle's file: whoever is in a namespace that is joined later,
// or sees the process wait for its start, is to reach neither.
//
// Descriptors opened by steps before are closed, but for those that the
// program is given and those in Keep.
type Shed struct {
	Preserve int   // descriptors above 2 that the program is given
	Keep     []int // others that the rest of the plan uses
	// Undumpable keeps even the rest from being looked into by those who are in
	// the namespaces that it joins, as the first thing that it does. Files of
	// its own in /proc then belong to the host's root.
	Undumpable bool
}

// shed is what is left for the end of the lowering: the first program, which
// can be completed only when the rest is known.
type shed struct {
	step       *Shed
	number     int
	outer      *program.Builder
	fail, quit *program.Label
}

// Words describes the step.
func (s *Shed) Words() string {
	return "go on as a file in memory that holds the rest of this plan and nothing of isle"
}

// Facts gives nothing more.
func (s *Shed) Facts() why.Facts { return none(why.OpOther) }

// Shell prints nothing: a shell has nothing to hide.
func (s *Shed) Shell(*Script) {}

// Lower has the following steps added to another program.
func (s *Shed) Lower(l *Lowering) {
	l.shed = &shed{s, l.step, l.Builder, l.FailLabel(), l.quit}
	l.Builder = &program.Builder{IndexBase: spawn.InnerIndex}
	l.Step(l.step)
	l.proc, l.quit = nil, l.Label("quit")
	l.FailTo(l.Label("fail"))
	if s.Undumpable {
		l.Call(unix.SYS_PRCTL, program.Named(unix.PR_SET_DUMPABLE, "PR_SET_DUMPABLE"), program.Imm(0), program.Imm(0), program.Imm(0), program.Imm(0))
	}
	for _, fd := range append(s.Keep[:len(s.Keep):len(s.Keep)], -1) {
		keep := program.Imm(fd)
		if fd < 0 {
			keep = l.Control.Socket()
		}
		l.Call(unix.SYS_FCNTL, keep, program.Named(unix.F_SETFD, "F_SETFD"), program.Named(unix.FD_CLOEXEC, "FD_CLOEXEC"))
	}
}

// finish completes the first program with the execution of the second.
func (s *shed) finish(l *Lowering) {
	image, err := spawn.Executable(l.Builder)
	if err != nil {
		panic(err) // a program of ours that does not assemble
	}
	l.Inner, l.Builder = l.Builder, s.outer
	l.Step(s.number)
	l.FailTo(s.fail)
	l.Call(unix.SYS_CLOSE_RANGE, program.Imm(3+s.step.Preserve), program.Named(0xffffffff, "~0"), program.Imm(unix.CLOSE_RANGE_CLOEXEC)).
		Called("close descriptors")
	for _, fd := range s.step.Keep {
		l.Call(unix.SYS_FCNTL, program.Imm(fd), program.Named(unix.F_SETFD, "F_SETFD"), program.Imm(0))
	}
	l.Call(unix.SYS_FCNTL, l.Control.Socket(), program.Named(unix.F_SETFD, "F_SETFD"), program.Imm(0))
	executeMemory(l, image, "isle")
	spawn.Report(l.Builder, l.Control, s.fail, s.quit)
}
