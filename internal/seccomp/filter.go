package seccomp

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// Filter is what seccomp(2) takes: a program, and flags.
type Filter struct {
	// Insns is the program: 1 to 4096 instructions of classic BPF.
	Insns []unix.SockFilter
	// Flags are the SECCOMP_FILTER_FLAG_* that the profile asks for. With
	// NEW_LISTENER, set if a rule hands calls to a supervisor, the system call
	// returns a descriptor.
	Flags uint
}

// Bytes returns the program as an array of struct sock_filter in memory.
func (f *Filter) Bytes() []byte {
	b := make([]byte, 0, 8*len(f.Insns))
	for _, in := range f.Insns {
		b = binary.NativeEndian.AppendUint16(b, in.Code)
		b = append(b, in.Jt, in.Jf)
		b = binary.NativeEndian.AppendUint32(b, in.K)
	}
	return b
}
