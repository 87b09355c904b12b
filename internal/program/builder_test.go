package program

import (
	"encoding/binary"
	"strings"
	"testing"
)

const base = 0x10000

// assemble loads b into memory that was used before.
func assemble(t *testing.T, b *Builder) image {
	t.Helper()
	mem := make([]byte, b.Size())
	for i := range mem {
		mem[i] = 0xa5
	}
	if err := b.Load(mem, base); err != nil {
		t.Fatal(err)
	}
	return image{b, mem}
}

// image reads an assembled program the way the loop does.
type image struct {
	b   *Builder
	mem []byte
}

func (m image) word(at int) uint64 { return binary.LittleEndian.Uint64(m.mem[at:]) }

func (m image) field(n, off int) uint64 { return m.word(StatusSize + n*instrSize + off) }

// instr is the number of the instruction at an address, -1 if there is none.
func (m image) instr(address uint64) int {
	at := address - base - StatusSize
	if address < base+StatusSize || at%instrSize != 0 || at/instrSize >= uint64(m.b.Len()) {
		return -1
	}
	return int(at / instrSize)
}

// errors is the error table of instruction n, as errno and instruction.
func (m image) errors(n int) (table [][2]int) {
	for at := int(m.field(n, offErrors) - base); ; at += 16 {
		table = append(table, [2]int{int(m.word(at)), m.instr(m.word(at + 8))})
		if m.word(at) == 0 {
			return table
		}
	}
}

func (m image) str(address uint64) string {
	s, _, _ := strings.Cut(string(m.mem[address-base:]), "\x00")
	return s
}

func TestArguments(t *testing.T) {
	b := &Builder{IndexBase: 100}
	fail := b.Label("fail")
	b.FailTo(fail)
	cell := b.Cell(16, "cell")
	first := b.Call(39)
	b.Call(1, Imm(-1), b.Str("text"), cell.Load(8), first.Result(), b.Status(), cell.Addr(4)).Store(cell, 8)
	b.Mark(fail)
	b.End()
	m := assemble(t, b)
	data := uint64(base + b.Offset(cell))
	want := []uint64{1, ^uint64(0), 0, data + 8, base + StatusSize + offResult, base, data + 4, 1<<2 | 1<<3, 0, data + 8, 0}
	for k, w := range want {
		got := m.field(1, 8*k)
		if k == 2 {
			if m.str(got) != "text" {
				t.Errorf("the string is %q", m.str(got))
			}
			continue
		}
		if got != w {
			t.Errorf("word %d is %#x, want %#x", k, got, w)
		}
	}
	if m.field(1, offIndex) != 101 {
		t.Errorf("index %d", m.field(1, offIndex))
	}
	if m.word(0)|m.word(8) != 0 {
		t.Error("the status is not zero")
	}
}

func TestTargets(t *testing.T) {
	b := &Builder{}
	fail, back, on := b.Label("fail"), b.Label("back"), b.Label("on")
	b.FailTo(fail)
	b.Mark(back)
	b.Call(1).OnZero(on).OnErrno(11, back).Ignore(2, 3).Then(on)
	b.Call(2).Ignore()
	b.Mark(on)
	b.Call(3).OnError(back)
	b.Jump(back)
	b.Mark(fail)
	b.End()
	m := assemble(t, b)
	for _, c := range []struct{ n, zero, next int }{{0, 2, 2}, {1, -1, 2}, {2, -1, 3}, {3, -1, 0}, {4, -1, -1}} {
		if zero, next := m.instr(m.field(c.n, offZero)), m.instr(m.field(c.n, offNext)); zero != c.zero || next != c.next {
			t.Errorf("instruction %d: on zero to %d, next %d", c.n, zero, next)
		}
	}
	for n, want := range [][][2]int{{{11, 0}, {2, 1}, {3, 1}, {0, 4}}, {{0, 2}}, {{0, 0}}, {{0, 4}}, {{0, 4}}} {
		got := m.errors(n)
		if len(got) != len(want) {
			t.Fatalf("instruction %d: error table %v, want %v", n, got, want)
		}
		for k := range want {
			if got[k] != want[k] {
				t.Errorf("instruction %d: error table %v, want %v", n, got, want)
			}
		}
	}
	if b.Entry(base, nil) != base+StatusSize || b.Entry(base, on) != base+StatusSize+2*instrSize {
		t.Error("entry")
	}
}

func TestData(t *testing.T) {
	b := &Builder{}
	b.End()
	if same := b.Str("same"); b.Str("same") != same || b.Str("other") == same {
		t.Error("equal strings are not placed once")
	}
	list := b.Strv([]string{"", "one", "two"})
	where := b.Words(list, Imm(-5), Null())
	start := b.CellOf([]byte{1, 2, 3}, "start")
	m := assemble(t, b)
	array := m.word(b.Offset(where))
	for k, want := range []string{"", "one", "two"} {
		if got := m.str(m.word(int(array) - base + 8*k)); got != want {
			t.Errorf("string %d is %q", k, got)
		}
	}
	if m.word(int(array)-base+24) != 0 {
		t.Error("the array does not end with NULL")
	}
	if m.word(b.Offset(where)+8) != ^uint64(4) || m.word(b.Offset(where)+16) != 0 || m.word(b.Offset(start)) != 0x030201 {
		t.Error("words or bytes are not what was given")
	}
	if b.Offset(where)%8 != 0 || b.Offset(start)%8 != 0 {
		t.Error("cells are not aligned")
	}
}

func TestWordsKnown(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a word that is known only at run time was taken")
		}
	}()
	b := &Builder{}
	b.Words(b.Call(39).Result())
}

func TestLoadRefuses(t *testing.T) {
	ok := func(b *Builder) { b.Call(1).Ignore(); b.End() }
	for name, c := range map[string]struct {
		build func(b *Builder)
		want  string
	}{
		"empty":             {func(*Builder) {}, "no instructions"},
		"unplaced":          {func(b *Builder) { b.Call(1).Ignore().Then(b.Label("x")); b.End() }, `jumps to "x", which is nowhere`},
		"unplaced on zero":  {func(b *Builder) { b.Call(1).Ignore().OnZero(b.Label("x")); b.End() }, `"x"`},
		"unplaced on errno": {func(b *Builder) { b.Call(1).Ignore().OnErrno(1, b.Label("x")); b.End() }, `"x"`},
		"label at the end":  {func(b *Builder) { l := b.Label("x"); ok(b); b.Jump(l); b.FailTo(l); b.Mark(l) }, "nowhere"},
		"off the end":       {func(b *Builder) { b.Call(1).Ignore() }, "nowhere"},
		"no handler":        {func(b *Builder) { b.Call(1); b.End() }, "nobody handles"},
		"seven arguments": {func(b *Builder) {
			b.Call(1, Imm(0), Imm(0), Imm(0), Imm(0), Imm(0), Imm(0), Imm(0)).Ignore()
			b.End()
		}, "7 arguments"},
		"own result": {func(b *Builder) {
			i := b.Call(1).Ignore()
			i.Args = []Arg{i.Result()}
			b.End()
		}, "result of instruction 0"},
		"later result": {func(b *Builder) {
			i := b.Call(1).Ignore()
			i.Args = []Arg{b.Call(2).Ignore().Result()}
			b.End()
		}, "result of instruction 1"},
		"foreign result":   {func(b *Builder) { ok(b); b.Call(1, (&Builder{}).Call(1).Result()).Ignore(); b.End() }, "result of instruction 0"},
		"foreign cell":     {func(b *Builder) { ok(b); b.Call(1, Cell{off: 64}.Addr(0)).Ignore(); b.End() }, "outside"},
		"load past end":    {func(b *Builder) { b.Call(1, b.Cell(8, "c").Load(1)).Ignore(); b.End() }, "outside"},
		"load before data": {func(b *Builder) { b.Call(1, b.Cell(8, "c").Load(-1)).Ignore(); b.End() }, "outside"},
		"store past end":   {func(b *Builder) { b.Call(1).Store(b.Cell(8, "c"), 8).Ignore(); b.End() }, "outside"},
		"structure":        {func(b *Builder) { ok(b); b.Words(Cell{off: 1 << 40}.Addr(0)) }, "outside"},
		"errno 0":          {func(b *Builder) { b.Call(1).Ignore(0); b.End() }, "errno 0"},
		"errno -1":         {func(b *Builder) { b.Call(1).Ignore(-1); b.End() }, "errno -1"},
		"errno 4096":       {func(b *Builder) { b.Call(1).Ignore(4096); b.End() }, "errno 4096"},
	} {
		b := &Builder{}
		c.build(b)
		if err := b.Load(make([]byte, b.Size()), base); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
	b := &Builder{}
	ok(b)
	if err := b.Load(make([]byte, b.Size()-1), base); err == nil {
		t.Error("it fits into too little memory")
	}
}

func TestBreak(t *testing.T) {
	b := &Builder{}
	fail, other := b.Label("fail"), b.Label("other")
	b.FailTo(fail)
	b.Call(1, Imm(7)).OnErrno(5, other)
	b.Mark(other)
	b.Mark(fail)
	b.End()
	b.Break(0, 5)
	m := assemble(t, b)
	if int64(m.field(0, 0)) != opMove || int64(m.field(0, offArgs)) != -5 || m.errors(0)[0] != [2]int{5, 1} {
		t.Error("it does not fail, or is handled otherwise than before")
	}
}
