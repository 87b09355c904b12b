package plan

import (
	"strconv"

	"golang.org/x/sys/unix"

	"isle/internal/program"
	"isle/internal/spawn"
)

// outside is the program of one part, run by the parent on a thread of its own
// process.
type outside struct {
	*program.Builder
	failed program.Cell
}

func outsideBuilder() *outside {
	o := &outside{Builder: &program.Builder{}}
	o.failed = o.Cell(8, "failed")
	o.FailTo(o.Label("fail"))
	return o
}

// finish appends the end, which a failure reaches by way of the mark that it
// is one. Either way the descriptors are closed, for they are the parent's own.
func (o *outside) finish() {
	opened := o.opened()
	closing := o.Label("close")
	o.Jump(closing)
	o.Mark(o.FailLabel())
	o.Test(program.Imm(1)).Store(o.failed, 0)
	o.Mark(closing)
	for _, i := range opened {
		o.close(i.Result())
	}
	o.End()
}

func (o *outside) opened() (list []*program.Instr) {
	for n := range o.Len() {
		if i := o.Instr(n); i.Nr == unix.SYS_OPENAT {
			list = append(list, i)
		}
	}
	return list
}

// close closes a descriptor, unless opening it failed or was never come to. It
// makes no error of that, which would cover the one that is to be told.
func (o *outside) close(fd program.Arg) {
	const sign = 1 << 31
	open, gone := o.Label("opened"), o.Label("closed")
	o.And(fd, program.Imm(sign)).OnZero(open).Then(gone)
	o.Mark(open)
	o.Test(fd).OnZero(gone)
	o.Call(unix.SYS_CLOSE, fd).Ignore()
	o.Mark(gone)
}

// Do does the part to process pid. An error is a *spawn.Failure whose
// instruction carries the number of the step.
func (p Part) Do(pid int) error {
	if p.Call != nil {
		return p.Call(pid)
	}
	o := outsideBuilder()
	o.Step(p.Step)
	p.Add(o.Builder, strconv.Itoa(pid))
	o.finish()
	tamper(p.tamper, o.Builder)
	return spawn.Inline(o.Builder, o.failed)
}
