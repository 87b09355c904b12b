package seccomp

import (
	"cmp"
	"slices"
)

// abi is one way of calling the kernel, with numbers of its own for its calls.
type abi uint8

const (
	x86_64 abi = iota
	x32abi
	x86
	aarch64
	arm
	abis // their number
)

// none is the number of a call that an ABI does not have.
const none = ^uint32(0)

// x32 is the bit that tells x32's calls from x86_64's: both have the same
// AUDIT_ARCH (asm/unistd.h: __X32_SYSCALL_BIT).
const x32 = 1 << 30

// entry is one system call: its name, and its number in each ABI.
type entry struct {
	name    string
	numbers [abis]uint32
}

// finder looks up names. It remembers where it was: profiles list most names in
// alphabetical order, so the next one is often a few entries on.
type finder struct{ last int }

// find returns the call of that name, nil if there is none: a profile may be
// newer than isle.
func (f *finder) find(name string) *entry {
	for i := f.last; i < min(f.last+6, len(table)); i++ {
		if table[i].name == name {
			f.last = i
			return &table[i]
		}
	}
	i, ok := slices.BinarySearchFunc(table[:], name, func(e entry, name string) int { return cmp.Compare(e.name, name) })
	f.last = i
	if !ok {
		return nil
	}
	return &table[i]
}

// nameOf returns the name of a number, "" if the ABI has no such call.
func nameOf(a abi, number uint32) string {
	for i := range table {
		if table[i].numbers[a] == number && number != none {
			return table[i].name
		}
	}
	return ""
}
