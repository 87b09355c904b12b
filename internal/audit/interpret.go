package audit

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// call is what a filter is asked about: struct seccomp_data (seccomp(2)).
type call struct {
	number, arch uint32
	args         [6]uint64
}

// word is the 32 bits at an offset of struct seccomp_data in memory.
func (c *call) word(offset uint32) (uint32, bool) {
	var b [64]byte
	o := binary.NativeEndian
	o.PutUint32(b[0:], c.number)
	o.PutUint32(b[4:], c.arch)
	for i, a := range c.args { // after the instruction pointer
		o.PutUint64(b[16+8*i:], a)
	}
	if offset%4 != 0 || offset > uint32(len(b)-4) {
		return 0, false
	}
	return o.Uint32(b[offset:]), true
}

// machine runs a filter: classic BPF, of which the kernel takes a part for
// seccomp (the kernel's networking/filter.rst).
type machine struct {
	a, x  uint32
	cells [16]uint32
	call  *call
}

// run is what the filter returns for a call. It kills on what the kernel would
// not have loaded.
func run(filter []unix.SockFilter, c *call) uint32 {
	m := machine{call: c}
	for pc := 0; pc < len(filter); pc++ {
		in := filter[pc]
		switch in.Code & 7 {
		case unix.BPF_RET:
			if in.Code&0x18 == unix.BPF_A {
				return m.a
			}
			return in.K
		case unix.BPF_JMP:
			pc += m.jump(in, len(filter))
		default:
			if !m.step(in) {
				return unix.SECCOMP_RET_KILL_PROCESS
			}
		}
	}
	return unix.SECCOMP_RET_KILL_PROCESS
}

// jump is how many instructions are passed over.
func (m *machine) jump(in unix.SockFilter, end int) int {
	operand := in.K
	if in.Code&unix.BPF_X != 0 {
		operand = m.x
	}
	var yes bool
	switch in.Code & 0xf0 {
	case unix.BPF_JA:
		return int(min(in.K, uint32(end)))
	case unix.BPF_JEQ:
		yes = m.a == operand
	case unix.BPF_JGT:
		yes = m.a > operand
	case unix.BPF_JGE:
		yes = m.a >= operand
	case unix.BPF_JSET:
		yes = m.a&operand != 0
	}
	if yes {
		return int(in.Jt)
	}
	return int(in.Jf)
}

// step carries out an instruction that neither jumps nor returns.
func (m *machine) step(in unix.SockFilter) bool {
	switch in.Code & 7 {
	case unix.BPF_LD:
		return m.load(&m.a, in)
	case unix.BPF_LDX:
		return m.load(&m.x, in)
	case unix.BPF_ST:
		m.cells[in.K%16] = m.a
	case unix.BPF_STX:
		m.cells[in.K%16] = m.x
	case unix.BPF_ALU:
		return m.compute(in)
	case unix.BPF_MISC:
		if in.Code&0xf8 == unix.BPF_TXA {
			m.a = m.x
		} else {
			m.x = m.a
		}
	}
	return true
}

func (m *machine) load(to *uint32, in unix.SockFilter) (ok bool) {
	switch in.Code & 0xe0 {
	case unix.BPF_IMM:
		*to = in.K
	case unix.BPF_MEM:
		*to = m.cells[in.K%16]
	case unix.BPF_LEN:
		*to = 64
	case unix.BPF_ABS:
		*to, ok = m.call.word(in.K)
		return ok
	default:
		return false
	}
	return true
}

func (m *machine) compute(in unix.SockFilter) bool {
	operand := in.K
	if in.Code&unix.BPF_X != 0 {
		operand = m.x
	}
	switch in.Code & 0xf0 {
	case unix.BPF_ADD:
		m.a += operand
	case unix.BPF_SUB:
		m.a -= operand
	case unix.BPF_MUL:
		m.a *= operand
	case unix.BPF_DIV:
		if operand == 0 {
			return false
		}
		m.a /= operand
	case unix.BPF_AND:
		m.a &= operand
	case unix.BPF_OR:
		m.a |= operand
	case unix.BPF_XOR:
		m.a ^= operand
	case unix.BPF_LSH:
		m.a <<= operand & 31
	case unix.BPF_RSH:
		m.a >>= operand & 31
	case unix.BPF_NEG:
		m.a = -m.a
	default:
		return false
	}
	return true
}
