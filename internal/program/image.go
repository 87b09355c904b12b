package program

import (
	"encoding/binary"
	"fmt"
)

// The layout that the loop in package spawn reads. All words are 8 bytes,
// little-endian. An image is a status, the instructions, their error tables,
// then the data.
//
//	status       index of the last instruction that failed, its errno
//	instruction  number, six arguments, mask of arguments to be read from
//	             memory, result, where to store it, target on zero, error
//	             table, next instruction, index, two words unused
//	error table  pairs of errno and target, ended by a pair with errno 0
//	             whose target takes all other errors
const (
	StatusSize = 16
	instrSize  = 128

	offArgs   = 8
	offMask   = 56
	offResult = 64
	offStore  = 72
	offZero   = 80
	offErrors = 88
	offNext   = 96
	offIndex  = 104
)

// Size is the number of bytes that the program takes in memory.
func (b *Builder) Size() int {
	return b.dataStart() + len(b.data.bytes)
}

func (b *Builder) dataStart() int {
	n := StatusSize + len(b.instrs)*instrSize
	for _, i := range b.instrs {
		n += 16 * (len(i.onErr) + 1)
	}
	return n
}

// Load lays the program out in mem, which will be found at address base when
// it runs. It reports a program that cannot run: a jump to a label that was
// never placed, an instruction that runs off the end or that uses a result not
// there yet, an error that nobody handles.
func (b *Builder) Load(mem []byte, base uintptr) error {
	if len(mem) < b.Size() {
		return fmt.Errorf("program of %d bytes in %d bytes of memory", b.Size(), len(mem))
	}
	l := loader{b: b, mem: mem, base: uint64(base), data: uint64(b.dataStart())}
	l.tables = StatusSize + uint64(len(b.instrs))*instrSize
	for n, i := range b.instrs {
		l.instruction(n, i)
	}
	copy(mem[l.data:], b.data.bytes)
	for _, r := range b.data.relocs {
		l.put(l.data+r.at, l.base+l.data+r.to)
	}
	return l.err
}

// Entry is the address of the label's instruction in an image at base, of the
// first one if l is nil.
func (b *Builder) Entry(base uintptr, l *Label) uintptr {
	n := 0
	if l != nil {
		n = l.index
	}
	return base + StatusSize + uintptr(n)*instrSize
}

// Offset is where in an image the cell's memory begins.
func (b *Builder) Offset(c Cell) int { return b.dataStart() + int(c.off) }

type loader struct {
	b                  *Builder
	mem                []byte
	base, data, tables uint64
	err                error
}

func (l *loader) put(at, v uint64) { binary.LittleEndian.PutUint64(l.mem[at:], v) }

func (l *loader) fail(n int, format string, args ...any) {
	if l.err == nil {
		l.err = fmt.Errorf("program: instruction %d: %s", n, fmt.Sprintf(format, args...))
	}
}

func (l *loader) instruction(n int, i *Instr) {
	at := StatusSize + uint64(n)*instrSize
	l.put(at, uint64(i.Nr))
	l.arguments(n, at, i)
	if i.store != nil {
		l.put(at+offStore, l.base+l.data+i.store.off+uint64(i.at))
	}
	if i.onZero != nil {
		l.put(at+offZero, l.target(n, i.onZero))
	}
	if i.Nr != opEnd {
		next := i.next
		if next == nil {
			next = following
		}
		l.put(at+offNext, l.target(n, next))
	}
	l.put(at+offIndex, uint64(l.b.IndexBase+n))
	l.put(at+offErrors, l.base+l.tables)
	for _, e := range i.onErr {
		l.errorEntry(n, e.errno, e.to)
	}
	if i.other == nil && i.Nr != opEnd {
		l.fail(n, "nobody handles its errors")
		return
	}
	l.errorEntry(n, 0, i.other)
}

func (l *loader) errorEntry(n int, errno uint64, to *Label) {
	l.put(l.tables, errno)
	if to != nil {
		l.put(l.tables+8, l.target(n, to))
	}
	l.tables += 16
}

func (l *loader) arguments(n int, at uint64, i *Instr) {
	if len(i.Args) > 6 {
		l.fail(n, "%d arguments", len(i.Args))
		return
	}
	var mask uint64
	for k, a := range i.Args {
		v := a.value
		switch a.kind {
		case status:
			v = l.base
		case address:
			v += l.base + l.data
		case load:
			v += l.base + l.data
			mask |= 1 << k
		case result:
			if a.instr.index >= n {
				l.fail(n, "uses the result of instruction %d", a.instr.index)
			}
			v = l.base + StatusSize + uint64(a.instr.index)*instrSize + offResult
			mask |= 1 << k
		}
		l.put(at+offArgs+8*uint64(k), v)
	}
	l.put(at+offMask, mask)
}

func (l *loader) target(n int, to *Label) uint64 {
	index := to.index
	if to == following {
		index = n + 1
	}
	if index < 0 || index >= len(l.b.instrs) {
		l.fail(n, "jumps to %q, which is nowhere", to.name)
		return 0
	}
	return l.base + StatusSize + uint64(index)*instrSize
}

// Instr returns instruction n, as a failure names it.
func (b *Builder) Instr(n int) *Instr { return b.instrs[n] }
