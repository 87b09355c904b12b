package program

import (
	"encoding/binary"
	"strings"
)

// Arg is one argument of an instruction: an immediate value, the address of
// data in the program's own memory, or a value read from there when the
// instruction runs.
type Arg struct {
	kind  argKind
	value uint64 // immediate value, or offset into data
	instr *Instr // for results
	text  string // how a listing shows it; empty: by its value
	str   bool   // text is a string of the program's own, to be quoted
}

type argKind uint8

const (
	immediate argKind = iota
	address           // base of data + value
	load              // the 8 bytes at base of data + value
	status            // the image's status
	result            // the result of an earlier instruction
)

// Imm is a value known when the program is assembled.
func Imm[T ~int | ~int32 | ~int64 | ~uint | ~uint32 | ~uint64 | ~uintptr](v T) Arg {
	return Arg{value: uint64(v)}
}

// Named is an immediate value that a listing shows as text.
func Named(v uint64, text string) Arg { return Arg{value: v, text: text} }

// Null is the null pointer.
func Null() Arg { return Arg{text: "NULL"} }

// Status is the address of the program's status: 16 bytes, the index of the
// last instruction that failed and its errno.
func (b *Builder) Status() Arg { return Arg{kind: status, text: "status"} }

// As is the argument with another text for listings.
func (a Arg) As(text string) Arg { a.text, a.str = text, false; return a }

// Cell is a stretch of the program's memory that instructions read and write.
type Cell struct {
	off  uint64
	name string
}

// Addr is the address of the cell, off bytes in.
func (c Cell) Addr(off int) Arg {
	return Arg{kind: address, value: c.off + uint64(off), text: "&" + c.name}
}

// Load is the 8-byte value in the cell at off, read when the instruction runs.
func (c Cell) Load(off int) Arg { return Arg{kind: load, value: c.off + uint64(off), text: c.name} }

// data is the program's memory behind its instructions.
type data struct {
	bytes   []byte
	relocs  []reloc           // places in bytes that hold an address into bytes
	strings map[string]uint64 // strings already placed
}

// reloc says that the word at bytes[at] is the address of bytes[to].
type reloc struct{ at, to uint64 }

func (d *data) place(b []byte) uint64 {
	if d.bytes == nil {
		d.bytes = make([]byte, 0, 4096)
	}
	for len(d.bytes)%8 != 0 {
		d.bytes = append(d.bytes, 0)
	}
	off := uint64(len(d.bytes))
	d.bytes = append(d.bytes, b...)
	return off
}

// Str is the address of a NUL-terminated string. A string is cut at its first
// NUL byte by the kernel, so callers refuse such strings before.
func (b *Builder) Str(s string) Arg {
	off, ok := b.data.strings[s]
	if !ok {
		off = b.data.place([]byte(s))
		b.data.bytes = append(b.data.bytes, 0)
		if b.data.strings == nil {
			b.data.strings = make(map[string]uint64, 128)
		}
		b.data.strings[s] = off
	}
	return Arg{kind: address, value: off, text: s, str: true}
}

// Bytes is the address of a copy of p; a listing shows it as text.
func (b *Builder) Bytes(p []byte, text string) Arg {
	return Arg{kind: address, value: b.data.place(p), text: text}
}

// Strv is the address of a NULL-terminated array of strings, as execve takes it.
func (b *Builder) Strv(list []string) Arg {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = quote(s)
	}
	return b.array(list).As("[" + strings.Join(quoted, ", ") + "]")
}

// Environ is such an array of an environment, which a listing does not show.
func (b *Builder) Environ(env []string) Arg { return b.array(env).As("environment") }

func (b *Builder) array(list []string) Arg {
	words := make([]Arg, 0, len(list)+1)
	for _, s := range list {
		words = append(words, b.Str(s))
	}
	return b.Words(append(words, Null())...).Addr(0)
}

// Words is a cell of 8-byte words, each an immediate or an address: the way to
// build a structure that holds pointers.
func (b *Builder) Words(words ...Arg) Cell {
	c := b.Cell(8*len(words), "struct")
	for i, w := range words {
		at := c.off + uint64(8*i)
		switch w.kind {
		case immediate:
			binary.LittleEndian.PutUint64(b.data.bytes[at:], w.value)
		case address:
			b.data.relocs = append(b.data.relocs, reloc{at, w.value})
		default:
			panic("program: a word of a structure must be known when it is assembled")
		}
	}
	return c
}

// Cell reserves size bytes of zeroed memory; name is how a listing shows it.
func (b *Builder) Cell(size int, name string) Cell {
	return Cell{b.data.place(make([]byte, (size+7)&^7)), name}
}

// CellOf reserves memory that starts as a copy of p.
func (b *Builder) CellOf(p []byte, name string) Cell {
	c := b.Cell(len(p), name)
	copy(b.data.bytes[c.off:], p)
	return c
}
