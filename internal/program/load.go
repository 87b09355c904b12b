package program

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Load lays the program out in mem, which will be found at address base when
// it runs. It reports a program that cannot run: one without instructions, a
// jump to a label that was never placed, an instruction that runs off the end
// or that uses a result not there yet, an address outside of the program's
// memory, an error that nobody handles.
func (b *Builder) Load(mem []byte, base uintptr) error {
	switch {
	case len(b.instrs) == 0:
		return errors.New("program: no instructions")
	case len(mem) < b.Size():
		return fmt.Errorf("program of %d bytes in %d bytes of memory", b.Size(), len(mem))
	}
	l := loader{b: b, mem: mem, base: uint64(base), data: uint64(b.dataStart())}
	clear(mem[:l.data])
	l.tables = StatusSize + uint64(len(b.instrs))*instrSize
	for n, i := range b.instrs {
		l.instruction(n, i)
	}
	copy(mem[l.data:], b.data.bytes)
	for _, r := range b.data.relocs {
		if r.to > uint64(len(b.data.bytes)) && l.err == nil {
			l.err = errors.New("program: a structure points outside of the program's memory")
		}
		l.put(l.data+r.at, l.base+l.data+r.to)
	}
	return l.err
}

// maxErrno is the highest number that counts as an error (MAX_ERRNO in the kernel).
const maxErrno = 4095

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
		l.put(at+offStore, l.word(n, i.store.off+uint64(i.at)))
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
		if e.errno == 0 || e.errno > maxErrno {
			l.fail(n, "errno %d", int64(e.errno))
		}
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
			if v > uint64(len(l.b.data.bytes)) {
				l.fail(n, "an address outside of the program's memory")
			}
			v += l.base + l.data
		case load:
			v = l.word(n, v)
			mask |= 1 << k
		case result:
			if a.instr.index >= n || l.b.instrs[a.instr.index] != a.instr {
				l.fail(n, "uses the result of instruction %d", a.instr.index)
			}
			v = l.base + StatusSize + uint64(a.instr.index)*instrSize + offResult
			mask |= 1 << k
		}
		l.put(at+offArgs+8*uint64(k), v)
	}
	l.put(at+offMask, mask)
}

// word is the address of the 8 bytes at offset off of the data.
func (l *loader) word(n int, off uint64) uint64 {
	if size := uint64(len(l.b.data.bytes)); off > size || size-off < 8 {
		l.fail(n, "a word outside of the program's memory")
	}
	return l.base + l.data + off
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
