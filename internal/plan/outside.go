package plan

import (
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

// finish appends the ends, with and without failure.
func (o *outside) finish() {
	o.End()
	o.Mark(o.FailLabel())
	o.Test(program.Imm(1)).Store(o.failed, 0)
	o.End()
}

// Do does the part to process pid. An error is a *spawn.Failure whose
// instruction carries the number of the step.
func (p Part) Do(pid string) error {
	o := outsideBuilder()
	o.Step(p.Step)
	p.Add(o.Builder, pid)
	o.finish()
	tamper(p.tamper, o.Builder)
	return spawn.Inline(o.Builder, o.failed)
}
