package seccomp

import (
	"encoding/binary"
	"slices"

	"golang.org/x/sys/unix"
)

// CompileDefault is the filter of the default profile for programs of this
// machine. That for the capabilities which engines give is compiled already,
// since compiling takes longer than all the rest of what is planned.
func CompileDefault(h Host) (*Filter, error) {
	if h.Arch == Native() && h.usual() {
		return parseFilter(precompiled), nil
	}
	return Compile(Default(h), h.Arch)
}

// asked are the capabilities that rules of the default profile depend on, and
// given is the one of them that engines give.
var asked = [...]string{
	"CAP_BPF", "CAP_DAC_READ_SEARCH", "CAP_PERFMON", "CAP_SYSLOG", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_CHROOT",
	"CAP_SYS_MODULE", "CAP_SYS_NICE", "CAP_SYS_PACCT", "CAP_SYS_PTRACE", "CAP_SYS_RAWIO", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG",
}

const given = "CAP_SYS_CHROOT"

// newest is the newest kernel that a rule of the default profile asks for.
var newest = [2]uint64{4, 8}

func (h *Host) usual() bool {
	for _, c := range asked {
		if h.has(c) != (c == given) {
			return false
		}
	}
	return slices.Compare(h.Kernel[:], newest[:]) >= 0
}

// parseFilter is the inverse of Filter.Bytes, on machines that are little endian.
func parseFilter(b []byte) *Filter {
	f := &Filter{Insns: make([]unix.SockFilter, 0, len(b)/8)}
	for ; len(b) >= 8; b = b[8:] {
		f.Insns = append(f.Insns, unix.SockFilter{Code: binary.LittleEndian.Uint16(b), Jt: b[2], Jf: b[3], K: binary.LittleEndian.Uint32(b[4:])})
	}
	return f
}
