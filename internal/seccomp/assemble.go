package seccomp

import "golang.org/x/sys/unix"

// assembler writes a program from its end to its beginning: every target of a
// jump is then already placed when the jump is written, so its distance is known.
// BPF has no backward jumps.
type assembler struct {
	reversed []unix.SockFilter
	// returns holds the latest copy of each return instruction.
	returns map[action]label
}

// label is an instruction's index in the reversed program.
type label int

// put writes an instruction before all others.
func (a *assembler) put(code uint16, jt, jf uint8, k uint32) label {
	a.reversed = append(a.reversed, unix.SockFilter{Code: code, Jt: jt, Jf: jf, K: k})
	return label(len(a.reversed) - 1)
}

// distance is how many instructions the next one would have to skip to reach l.
func (a *assembler) distance(l label) int { return len(a.reversed) - 1 - int(l) }

// reach is the longest distance of a conditional jump, less one: bringing the
// second of its two targets near moves the first one away by one.
const reach = 255 - 1

// near returns l, or a nearer instruction that does the same.
func (a *assembler) near(l label) label {
	if a.distance(l) <= reach {
		return l
	}
	if end := a.reversed[l]; end.Code == unix.BPF_RET|unix.BPF_K {
		return a.again(action(end.K))
	}
	return a.put(unix.BPF_JMP|unix.BPF_JA, 0, 0, uint32(a.distance(l)))
}

// again writes a return anew: it costs what a jump to the old one would.
func (a *assembler) again(ret action) label {
	l := a.put(unix.BPF_RET|unix.BPF_K, 0, 0, uint32(ret))
	a.returns[ret] = l
	return l
}

// ret returns a place where the filter returns that action.
func (a *assembler) ret(ret action) label {
	if l, ok := a.returns[ret]; ok && a.distance(l) <= reach {
		return l
	}
	return a.again(ret)
}

// jump writes a comparison of the accumulator with k that goes on at yes or no.
func (a *assembler) jump(test uint16, k uint32, yes, no label) label {
	if yes == no {
		return yes
	}
	yes = a.near(yes)
	no = a.near(no)
	return a.put(unix.BPF_JMP|unix.BPF_K|test, uint8(a.distance(yes)), uint8(a.distance(no)), k)
}

// load writes a load of a word of struct seccomp_data into the accumulator, to go
// on at next.
func (a *assembler) load(offset uint32, next label) label {
	a.fallTo(next)
	return a.put(unix.BPF_LD|unix.BPF_W|unix.BPF_ABS, 0, 0, offset)
}

// and writes a masking of the accumulator, to go on at next.
func (a *assembler) and(mask uint32, next label) label {
	a.fallTo(next)
	return a.put(unix.BPF_ALU|unix.BPF_AND|unix.BPF_K, 0, 0, mask)
}

// fallTo makes sure that what is written next is followed by l.
func (a *assembler) fallTo(l label) {
	if a.distance(l) != 0 {
		a.put(unix.BPF_JMP|unix.BPF_JA, 0, 0, uint32(a.distance(l)))
	}
}

// program returns the instructions in their order.
func (a *assembler) program() []unix.SockFilter {
	insns := make([]unix.SockFilter, len(a.reversed))
	for i, in := range a.reversed {
		insns[len(insns)-1-i] = in
	}
	return insns
}
