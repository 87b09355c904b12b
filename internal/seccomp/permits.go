package seccomp

import "golang.org/x/sys/unix"

// Permits says whether the filter lets calls of the machine's own run, whatever
// their arguments are. It is asked of the program, as the kernel will be: all
// ways through it are walked at once, since arguments are not known. A program
// that Compile did not write may get a no that is not true.
func (f *Filter) Permits(arch Arch, calls ...uint32) bool {
	for _, nr := range calls {
		if !f.permits(machines[arch].sections[0].audit, nr) {
			return false
		}
	}
	return true
}

// held is what the accumulator may hold at an instruction: a set.
type held uint8

const (
	holdsArch held = 1 << iota
	holdsNumber
	holdsOther // a word of the arguments, or the instruction pointer
)

func (f *Filter) permits(arch, nr uint32) bool {
	known := [...]struct {
		held held
		word uint32
	}{{holdsArch, arch}, {holdsNumber, nr}}
	at := make([]held, len(f.Insns)+1) // 0: never reached
	at[0] = holdsOther
	for i, in := range f.Insns {
		here, next, yes, no := at[i], i+1, i+1+int(in.Jt), i+1+int(in.Jf)
		switch {
		case here == 0:
		case in.Code == unix.BPF_LD|unix.BPF_W|unix.BPF_ABS:
			at[next] |= loaded(in.K)
		case in.Code == unix.BPF_ALU|unix.BPF_AND|unix.BPF_K:
			at[next] |= holdsOther
		case in.Code == unix.BPF_RET|unix.BPF_K:
			if action(in.K) != unix.SECCOMP_RET_ALLOW && action(in.K) != unix.SECCOMP_RET_LOG {
				return false
			}
		case in.Code == unix.BPF_JMP|unix.BPF_JA:
			if next+int(in.K) >= len(at) {
				return false
			}
			at[next+int(in.K)] |= here
		case sign(in.Code) == "" || max(yes, no) >= len(at):
			return false
		default:
			for _, k := range known {
				if here&k.held != 0 && compares(in, k.word) {
					at[yes] |= k.held
				} else if here&k.held != 0 {
					at[no] |= k.held
				}
			}
			at[yes] |= here & holdsOther
			at[no] |= here & holdsOther
		}
	}
	return at[len(f.Insns)] == 0 // a program ends with a return
}

// loaded is what a word of struct seccomp_data is.
func loaded(offset uint32) held {
	switch offset {
	case offsetArch:
		return holdsArch
	case offsetNumber:
		return holdsNumber
	}
	return holdsOther
}

// compares says whether the comparison of a jump is true of a word.
func compares(in unix.SockFilter, word uint32) bool {
	switch in.Code &^ (unix.BPF_JMP | unix.BPF_K) {
	case unix.BPF_JEQ:
		return word == in.K
	case unix.BPF_JGE:
		return word >= in.K
	case unix.BPF_JGT:
		return word > in.K
	}
	return word&in.K != 0 // BPF_JSET
}
