package spawn

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"isle/internal/program"
)

// A random program is a list of harmless operations that only jump forward, so
// that it ends. It is built once with a Builder and once carried out by an
// interpreter of a few lines: the loop must agree with it.

type operation struct {
	nr     int64
	args   [6]operand
	flags  uint64 // of a copy
	store  int    // cell, -1 for none
	onZero int    // operation, -1 for none
	then   int
	errnos [][2]int // errno and operation
	other  int      // where any other error goes
}

// operand is a value, the content of a cell or the result of an operation.
type operand struct {
	kind  int
	value int64
}

const (
	opValue = iota
	opCell
	opResult

	// Numbers that no system call has.
	doTest = -iota - 10
	doSub
	doAnd
	doFail
	doJump
	doCopy // from cell to cell, with process_vm_readv(2), which takes six arguments

	cellCount = 4
	next      = -2 // the following operation
)

var calls = []int64{unix.SYS_GETPID, unix.SYS_GETUID, unix.SYS_GETEUID, unix.SYS_GETGID, unix.SYS_GETEGID,
	unix.SYS_CLOSE, unix.SYS_LSEEK, doTest, doTest, doSub, doSub, doAnd, doAnd, doFail, doJump, doCopy}

// operations makes operations out of bytes; n is the number of the end.
func operations(data []byte) []operation {
	take := func(n int) int {
		if len(data) == 0 {
			return 0
		}
		v := int(data[0]) % n
		data = data[1:]
		return v
	}
	count := min(1+len(data)/8, 60)
	ops := make([]operation, count)
	for n := range ops {
		o := &ops[n]
		forward := func() int { return n + 1 + take(count-n) }
		*o = operation{nr: calls[take(len(calls))], store: -1, onZero: -1, then: next, other: forward()}
		for k := range 2 {
			o.args[k] = operand{take(3), int64(take(256)) - 100}
			switch o.args[k].kind {
			case opCell:
				o.args[k].value = int64(take(cellCount))
			case opResult:
				if o.args[k].value = int64(take(max(n, 1))); n == 0 {
					o.args[k].kind = opValue
				}
			}
		}
		switch take(6) {
		case 0:
			o.store = take(cellCount)
		case 1:
			o.onZero = forward()
		case 2:
			o.then = forward()
		case 3:
			o.other = next
		case 4:
			o.errnos = append(o.errnos, [2]int{9, forward()}, [2]int{1 + take(100), next})
		case 5:
			o.flags = 1
		}
	}
	return ops
}

// outcome is what can be seen of a program afterwards.
type outcome struct {
	Cells        [cellCount]int64
	Index, Errno int64
}

// interpret is what the program does in a process with that pid.
func interpret(ops []operation, pid int64) (out outcome) {
	results := make([]int64, len(ops))
	value := func(o operand) int64 {
		switch o.kind {
		case opCell:
			return out.Cells[o.value]
		case opResult:
			return results[o.value]
		}
		return o.value
	}
	for n := 0; n < len(ops); {
		o := ops[n]
		r := o.perform(value(o.args[0]), value(o.args[1]), &out, pid)
		if o.nr == doJump {
			n = o.target(n, o.then)
			continue
		}
		results[n] = r
		if o.store >= 0 {
			out.Cells[o.store] = r
		}
		to := o.then
		if r < 0 && r >= -4095 {
			out.Index, out.Errno, to = int64(n)+1, -r, o.other
			for k := len(o.errnos) - 1; k >= 0; k-- {
				if int64(o.errnos[k][0]) == -r {
					to = o.errnos[k][1]
				}
			}
		} else if r == 0 && o.onZero >= 0 {
			to = o.onZero
		}
		n = o.target(n, to)
	}
	return out
}

func (o operation) target(n, to int) int {
	if to == next {
		return n + 1
	}
	return to
}

func (o operation) perform(x, y int64, out *outcome, pid int64) int64 {
	switch o.nr {
	case unix.SYS_GETPID:
		return pid
	case unix.SYS_GETUID:
		return int64(unix.Getuid())
	case unix.SYS_GETEUID:
		return int64(unix.Geteuid())
	case unix.SYS_GETGID:
		return int64(unix.Getgid())
	case unix.SYS_GETEGID:
		return int64(unix.Getegid())
	case unix.SYS_CLOSE, unix.SYS_LSEEK:
		return -int64(unix.EBADF)
	case doTest:
		return x
	case doSub:
		return x - y
	case doAnd:
		return x & y
	case doFail:
		return -o.errno()
	case doCopy:
		if o.flags != 0 {
			return -int64(unix.EINVAL)
		}
		from, to := o.cells()
		out.Cells[to] = out.Cells[from]
		return 8
	}
	return 0
}

func (o operation) errno() int64      { return 1 + (o.args[0].value&0xff)*16 }
func (o operation) cells() (a, b int) { return int(o.args[0].value & 3), int(o.args[1].value & 3) }

// built is the program of the operations; it goes to end when it is done.
type built struct {
	*program.Builder
	cells [cellCount]program.Cell
	end   *program.Label
}

// build makes each operation one instruction, after one that asks for the pid.
func build(ops []operation) *built {
	b := &built{Builder: &program.Builder{}}
	for n := range b.cells {
		b.cells[n] = b.Cell(8, "cell")
	}
	pid := b.Cell(8, "pid")
	b.Call(unix.SYS_GETPID).Store(pid, 0).Ignore()
	labels := make([]*program.Label, len(ops)+1)
	for n := range labels {
		labels[n] = b.Label("operation")
	}
	b.end = labels[len(ops)]
	instrs := make([]*program.Instr, len(ops))
	argument := func(o operand) program.Arg {
		switch o.kind {
		case opCell:
			return b.cells[o.value].Load(0)
		case opResult:
			return instrs[o.value].Result()
		}
		return program.Imm(o.value)
	}
	for n, o := range ops {
		b.Mark(labels[n])
		x, y := argument(o.args[0]), argument(o.args[1])
		if o.nr == doJump {
			b.Jump(labels[o.target(n, o.then)])
			instrs[n] = b.Instr(n + 1).OnError(b.end)
			continue
		}
		i := b.operation(o, x, y, pid.Load(0))
		instrs[n] = i
		if o.store >= 0 {
			i.Store(b.cells[o.store], 0)
		}
		if o.onZero >= 0 {
			i.OnZero(labels[o.onZero])
		}
		if o.then != next {
			i.Then(labels[o.then])
		}
		for _, e := range o.errnos {
			if e[1] == next {
				i.Ignore(e[0])
			} else {
				i.OnErrno(e[0], labels[e[1]])
			}
		}
		if o.other == next {
			i.Ignore()
		} else {
			i.OnError(labels[o.other])
		}
	}
	b.Mark(b.end)
	b.FailTo(b.end)
	return b
}

func (b *built) operation(o operation, x, y, pid program.Arg) *program.Instr {
	switch o.nr {
	case doTest:
		return b.Test(x)
	case doSub:
		return b.Sub(x, y)
	case doAnd:
		return b.And(x, y)
	case doFail:
		return b.Fail(int(o.errno()))
	case doCopy:
		from, to := o.cells()
		local := b.Words(b.cells[to].Addr(0), program.Imm(8))
		remote := b.Words(b.cells[from].Addr(0), program.Imm(8))
		return b.Call(unix.SYS_PROCESS_VM_READV, pid, local.Addr(0), program.Imm(1), remote.Addr(0), program.Imm(1), program.Imm(o.flags))
	case unix.SYS_CLOSE:
		return b.Call(unix.SYS_CLOSE, program.Imm(1<<30))
	case unix.SYS_LSEEK:
		return b.Call(unix.SYS_LSEEK, program.Imm(-1), x, y)
	}
	return b.Call(uintptr(o.nr), x, y)
}

// outcomeOf takes apart what a program wrote: its cells and its status.
func outcomeOf(cells, status []byte) (out outcome) {
	for n := range out.Cells {
		out.Cells[n] = int64(binary.LittleEndian.Uint64(cells[8*n:]))
	}
	index, errno := ReadStatus(status)
	out.Index, out.Errno = int64(index), int64(errno)
	return out
}
