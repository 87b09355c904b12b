package program

import (
	"io"
	"testing"
)

// source gives out fuzz bytes, zero when there are none left.
type source struct{ b []byte }

func (s *source) next(n int) int {
	if len(s.b) == 0 {
		return 0
	}
	v := int(s.b[0]) % n
	s.b = s.b[1:]
	return v
}

// random builds a program out of bytes, right or wrong.
func random(data []byte) *Builder {
	s, b := &source{data}, &Builder{}
	labels := []*Label{nil, b.Label("one"), b.Label("two"), b.Label("three")}
	label := func() *Label { return labels[1+s.next(3)] }
	cells := []Cell{b.Cell(8, "small"), b.CellOf([]byte("hello"), "text"), b.Cell(24, "big"), {off: 1 << 20, name: "elsewhere"}}
	var instrs []*Instr
	argument := func() Arg {
		cell := cells[s.next(len(cells))]
		switch s.next(8) {
		case 0:
			return b.Str(string(rune('a' + s.next(26))))
		case 1:
			return cell.Addr(s.next(40) - 8)
		case 2:
			return cell.Load(s.next(40) - 8)
		case 3:
			return b.Status()
		case 4:
			if len(instrs) > 0 {
				return instrs[s.next(len(instrs))].Result()
			}
		case 5:
			return b.Words(b.Str("w"), Imm(s.next(256)), cell.Addr(0)).Addr(0)
		case 6:
			return b.Strv([]string{"x", "y"})
		}
		return Imm(s.next(256) - 128)
	}
	for len(s.b) > 0 {
		var args []Arg
		for range s.next(8) {
			args = append(args, argument())
		}
		i := b.Call(uintptr(s.next(256)), args...)
		instrs = append(instrs, i)
		for range s.next(4) {
			switch s.next(8) {
			case 0:
				i.OnZero(label())
			case 1:
				i.OnErrno(s.next(200), label())
			case 2:
				i.OnError(label())
			case 3:
				i.Ignore()
			case 4:
				i.Ignore(s.next(200), 5)
			case 5:
				i.Then(label())
			case 6:
				i.Store(cells[s.next(len(cells))], s.next(40)-8)
			case 7:
				b.Mark(label())
			}
		}
		if s.next(3) == 0 {
			b.FailTo(labels[s.next(4)])
		}
		if s.next(8) == 0 {
			b.End()
		}
	}
	return b
}

// FuzzAssemble checks that a program is refused or is one that the loop can
// run: it never leaves the instructions nor touches memory outside the data.
func FuzzAssemble(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{1, 2, 3, 40, 1, 3, 1, 0, 0, 0, 39, 1, 3})
	f.Add([]byte("\x06\x00\x00a\x00\x01\x09\x02\x02\x08\x03\x03\x00\x04\x00\x00\x05\x00\x27\x02\x03\x06\x00\x08\x01\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		b := random(data)
		if err := b.Listing(io.Discard); err != nil {
			t.Fatal(err)
		}
		mem := make([]byte, b.Size())
		if b.Load(mem, base) == nil {
			image{b, mem}.check(t)
		}
	})
}

func (m image) check(t *testing.T) {
	start, end := uint64(base+m.b.dataStart()), uint64(base+m.b.Size())
	word := func(n int, what string, a uint64) {
		if a < start || a+8 > end {
			t.Errorf("instruction %d: %s at %#x is not in the data", n, what, a)
		}
	}
	for n, i := range m.b.instrs {
		if i.Nr != opEnd && m.instr(m.field(n, offNext)) < 0 {
			t.Errorf("instruction %d goes on nowhere", n)
		}
		if z := m.field(n, offZero); z != 0 && m.instr(z) < 0 {
			t.Errorf("instruction %d jumps nowhere on zero", n)
		}
		if s := m.field(n, offStore); s != 0 {
			word(n, "store", s)
		}
		if m.field(n, offErrors) < base || m.field(n, offErrors)+16*uint64(len(i.onErr)+1) > start {
			t.Errorf("instruction %d: error table out of place", n)
		}
		if table := m.errors(n); i.Nr != opEnd {
			if len(table) != len(i.onErr)+1 {
				t.Errorf("instruction %d: error table of %d, not %d", n, len(table), len(i.onErr)+1)
			}
			for _, e := range table {
				if e[1] < 0 {
					t.Errorf("instruction %d jumps nowhere on errno %d", n, e[0])
				}
			}
		}
		m.checkArgs(t, n, i, word)
	}
}

func (m image) checkArgs(t *testing.T, n int, i *Instr, word func(int, string, uint64)) {
	mask := m.field(n, offMask)
	for k := range 6 {
		v := m.field(n, offArgs+8*k)
		if mask>>k&1 == 0 {
			if k < len(i.Args) && i.Args[k].kind == address && (v < uint64(base+m.b.dataStart()) || v > uint64(base+m.b.Size())) {
				t.Errorf("instruction %d: argument %d at %#x is not in the data", n, k, v)
			}
			continue
		}
		if i.Args[k].kind == load {
			word(n, "argument", v)
		} else if from := m.instr(v - offResult); from < 0 || from >= n {
			t.Errorf("instruction %d: argument %d is the result of %d", n, k, from)
		}
	}
	if mask>>len(i.Args) != 0 {
		t.Errorf("instruction %d: mask %#b of %d arguments", n, mask, len(i.Args))
	}
}
