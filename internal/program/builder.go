package program

import "golang.org/x/sys/unix"

// Builder assembles a program. The zero value is ready to use.
type Builder struct {
	// IndexBase is added to the index of an instruction that fails, to tell
	// the programs of one plan apart.
	IndexBase int

	instrs []*Instr
	room   []Instr // where the next ones are made
	data   data
	step   int
	fail   *Label

	shown    map[*Label]string // labels as a listing names them
	shownAt  map[int][]*Label  // and by the instruction they stand before
	shownLen int               // length of the program then
}

// Instr is one instruction: a system call, or one of the pseudo operations.
type Instr struct {
	Nr    int64 // system-call number, or a negative pseudo operation
	Args  []Arg
	Step  int    // index of the step it belongs to
	Doing string // what a failure of it is called; empty: what the step is called

	index  int
	store  *Cell
	at     int // offset into store
	onZero *Label
	onErr  []errTarget
	other  *Label // where any other error goes
	next   *Label // nil: the following instruction
}

type errTarget struct {
	errno uint64
	to    *Label
}

// Pseudo operations. They use the place of a system call's number and, like
// one, leave a result: a value from -4095 to -1 counts as an error.
const (
	opEnd  = -1 // leave the program
	opMove = -2 // result = first argument
	opSub  = -3 // result = first argument - second
	opAnd  = -4 // result = first argument & second
)

// Label is a place in the program that instructions jump to.
type Label struct {
	name  string
	index int // of the instruction it stands before; -1 until marked
}

// Label makes a label, to be placed later by Mark.
func (b *Builder) Label(name string) *Label { return &Label{name, -1} }

// Mark places l before the next instruction.
func (b *Builder) Mark(l *Label) { l.index = len(b.instrs) }

// Step says that the instructions from here on belong to step n.
func (b *Builder) Step(n int) { b.step = n }

// FailTo says where an error goes that no instruction from here on handles itself.
func (b *Builder) FailTo(l *Label) { b.fail = l }

// FailLabel is where an error goes now.
func (b *Builder) FailLabel() *Label { return b.fail }

// Len is the number of instructions so far.
func (b *Builder) Len() int { return len(b.instrs) }

// Call appends a system call.
func (b *Builder) Call(nr uintptr, args ...Arg) *Instr { return b.add(int64(nr), args) }

// End appends the instruction that leaves the program.
func (b *Builder) End() { b.add(opEnd, nil) }

// Ends says whether the program may be left, for who runs it to go on.
func (b *Builder) Ends() bool {
	for _, i := range b.instrs {
		if i.Nr == opEnd {
			return true
		}
	}
	return false
}

// Exit appends the instruction that ends the process with the given status.
func (b *Builder) Exit(status Arg) {
	l := b.Label("exit")
	b.Mark(l)
	b.Call(unix.SYS_EXIT_GROUP, status).Then(l).OnError(l)
}

// Jump appends an unconditional jump.
func (b *Builder) Jump(to *Label) { b.add(opMove, []Arg{Imm(0).As("jump")}).next = to }

// Fail appends an instruction that fails with errno, which is from 1 to 4095.
func (b *Builder) Fail(errno int) *Instr { return b.add(opMove, []Arg{failing(errno)}) }

func failing(errno int) Arg { return Imm(-errno).As("-" + ErrnoName(errno)) }

// Break makes instruction n fail with errno in place of what it does. Tests
// use it to see what a failure leaves behind.
func (b *Builder) Break(n, errno int) {
	b.instrs[n].Nr, b.instrs[n].Args = opMove, []Arg{failing(errno)}
}

// Test appends an instruction whose result is the value of a; use OnZero on it.
func (b *Builder) Test(a Arg) *Instr { return b.add(opMove, []Arg{a}) }

// Sub appends an instruction whose result is x - y; OnZero on it tests for equality.
func (b *Builder) Sub(x, y Arg) *Instr { return b.add(opSub, []Arg{x, y}) }

// And appends an instruction whose result is x & y.
func (b *Builder) And(x, y Arg) *Instr { return b.add(opAnd, []Arg{x, y}) }

func (b *Builder) add(nr int64, args []Arg) *Instr {
	if len(b.room) == 0 {
		b.room = make([]Instr, 32)
	}
	i := &b.room[0]
	b.room = b.room[1:]
	*i = Instr{Nr: nr, Args: args, Step: b.step, index: len(b.instrs), other: b.fail}
	b.instrs = append(b.instrs, i)
	return i
}

// Result is the instruction's result as an argument of a later one.
func (i *Instr) Result() Arg { return Arg{kind: result, instr: i} }

// Store also writes the result, 8 bytes of it, into the cell at off.
func (i *Instr) Store(c Cell, off int) *Instr { i.store, i.at = &c, off; return i }

// OnZero jumps to l when the result is zero.
func (i *Instr) OnZero(l *Label) *Instr { i.onZero = l; return i }

// Then continues at l when the call succeeds.
func (i *Instr) Then(l *Label) *Instr { i.next = l; return i }

// OnErrno jumps to l when the call fails with errno.
func (i *Instr) OnErrno(errno int, l *Label) *Instr {
	i.onErr = append(i.onErr, errTarget{uint64(errno), l})
	return i
}

// OnError jumps to l when the call fails with any errno not named by OnErrno.
func (i *Instr) OnError(l *Label) *Instr { i.other = l; return i }

// Ignore goes on with the next instruction on these errnos, on any if none is given.
func (i *Instr) Ignore(errnos ...int) *Instr {
	if len(errnos) == 0 {
		i.other = following
	}
	for _, e := range errnos {
		i.onErr = append(i.onErr, errTarget{uint64(e), following})
	}
	return i
}

// Called names what the instruction does for the message of its failure.
func (i *Instr) Called(doing string) *Instr { i.Doing = doing; return i }

// following stands for "the instruction after this one".
var following = &Label{name: "next"}
