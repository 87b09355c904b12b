package seccomp

import "golang.org/x/sys/unix"

// Offsets in struct seccomp_data. Arguments are 64 bits; BPF loads 32, and both
// machines have the low word first.
const (
	offsetNumber = 0
	offsetArch   = 4
	offsetArgs   = 16
)

func low(arg uint) uint32  { return offsetArgs + 8*uint32(arg) }
func high(arg uint) uint32 { return low(arg) + 4 }

// compare writes the test of a condition. Of an ABI that is not wide only the low
// word is looked at, and of a profile's values only as much as fits in it.
func (a *assembler) compare(c condition, wide bool, yes, no label) label {
	switch c.op {
	case opNotEqual:
		return a.equal(c, wide, no, yes)
	case opLess:
		return a.greater(c, wide, unix.BPF_JGE, no, yes)
	case opLessEqual:
		return a.greater(c, wide, unix.BPF_JGT, no, yes)
	case opGreaterEqual:
		return a.greater(c, wide, unix.BPF_JGE, yes, no)
	case opGreater:
		return a.greater(c, wide, unix.BPF_JGT, yes, no)
	case opMaskedEqual:
		return a.masked(c, wide, yes, no)
	}
	return a.equal(c, wide, yes, no)
}

func (a *assembler) equal(c condition, wide bool, yes, no label) label {
	next := a.load(low(c.arg), a.jump(unix.BPF_JEQ, uint32(c.value), yes, no))
	if wide {
		next = a.load(high(c.arg), a.jump(unix.BPF_JEQ, uint32(c.value>>32), next, no))
	}
	return next
}

// greater compares the high words, and if they are equal the low ones by test.
func (a *assembler) greater(c condition, wide bool, test uint16, yes, no label) label {
	next := a.load(low(c.arg), a.jump(test, uint32(c.value), yes, no))
	if wide {
		k := uint32(c.value >> 32)
		next = a.jump(unix.BPF_JEQ, k, next, no)
		next = a.load(high(c.arg), a.jump(unix.BPF_JGT, k, yes, next))
	}
	return next
}

// masked compares the words of which the mask has any bits.
func (a *assembler) masked(c condition, wide bool, yes, no label) label {
	next := yes
	if mask := uint32(c.mask); mask != 0 {
		next = a.maskedWord(low(c.arg), mask, uint32(c.value), next, no)
	}
	if mask := uint32(c.mask >> 32); mask != 0 && wide {
		next = a.maskedWord(high(c.arg), mask, uint32(c.value>>32), next, no)
	}
	return next
}

func (a *assembler) maskedWord(offset, mask, value uint32, yes, no label) label {
	if value == 0 {
		return a.load(offset, a.jump(unix.BPF_JSET, mask, no, yes))
	}
	return a.load(offset, a.and(mask, a.jump(unix.BPF_JEQ, value, yes, no)))
}
