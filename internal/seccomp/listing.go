package seccomp

import (
	"fmt"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// Listing returns the program in words, one instruction a line: its index, the
// instruction, and what it is about. Targets of jumps are indices. A program that
// Compile did not write is listed too, with fewer words.
func Listing(f *Filter) string {
	var b strings.Builder
	l := lister{insns: f.Insns, sections: map[int]*section{}}
	for i, in := range f.Insns {
		text, note := l.line(i, in)
		if note != "" {
			text = fmt.Sprintf("%-40s ; %s", text, note)
		}
		fmt.Fprintf(&b, "%4d  %s\n", i, text)
	}
	return b.String()
}

// lister remembers what the accumulator holds, and which section it is in.
type lister struct {
	insns    []unix.SockFilter
	word     uint32 // offset of the word last loaded
	section  *section
	sections map[int]*section // by the index of their first instruction
}

func (l *lister) line(i int, in unix.SockFilter) (text, note string) {
	if s := l.sections[i]; s != nil {
		l.section = s
	}
	switch in.Code {
	case unix.BPF_LD | unix.BPF_W | unix.BPF_ABS:
		l.word = in.K
		return fmt.Sprintf("load %s", wordName(in.K)), ""
	case unix.BPF_ALU | unix.BPF_AND | unix.BPF_K:
		return fmt.Sprintf("and %#x", in.K), ""
	case unix.BPF_RET | unix.BPF_K:
		return "return " + action(in.K).String(), ""
	case unix.BPF_JMP | unix.BPF_JA:
		return fmt.Sprintf("goto %d", i+1+int(in.K)), ""
	}
	if sign := sign(in.Code); sign != "" {
		yes, no := i+1+int(in.Jt), i+1+int(in.Jf)
		return fmt.Sprintf("if %s %#x goto %d else %d", sign, in.K, yes, no), l.note(in.K, yes)
	}
	return fmt.Sprintf("code %#04x jt %d jf %d k %#x", in.Code, in.Jt, in.Jf, in.K), ""
}

// sign returns the comparison that a conditional jump makes, "" if code is none.
func sign(code uint16) string {
	switch code {
	case unix.BPF_JMP | unix.BPF_K | unix.BPF_JEQ:
		return "=="
	case unix.BPF_JMP | unix.BPF_K | unix.BPF_JGE:
		return ">="
	case unix.BPF_JMP | unix.BPF_K | unix.BPF_JGT:
		return ">"
	case unix.BPF_JMP | unix.BPF_K | unix.BPF_JSET:
		return "&"
	}
	return ""
}

// note names the architecture or the call that k stands for.
func (l *lister) note(k uint32, yes int) string {
	switch {
	case l.word == offsetArch:
		for m := range machines {
			for i := range machines[m].sections {
				if s := &machines[m].sections[i]; s.audit == k {
					l.sections[yes] = s
					return archName(s.zones[0].scmp)
				}
			}
		}
	case l.word == offsetNumber && l.section != nil:
		for _, z := range l.section.zones {
			if z.first <= k && k <= z.last {
				return strings.TrimSpace(archName(z.scmp) + " " + nameOf(z.abi, k))
			}
		}
	}
	return ""
}

func archName(a specs.Arch) string {
	return strings.ToLower(strings.TrimPrefix(string(a), "SCMP_ARCH_"))
}

func wordName(offset uint32) string {
	switch {
	case offset == offsetNumber:
		return "number"
	case offset == offsetArch:
		return "arch"
	case offset >= offsetArgs && offset < offsetArgs+6*8 && offset%4 == 0:
		half := "low"
		if offset%8 != 0 {
			half = "high"
		}
		return fmt.Sprintf("argument %d, %s word", (offset-offsetArgs)/8, half)
	}
	return fmt.Sprintf("[%d]", offset)
}

// String returns the action's name as OCI has it without its prefix, and its data.
func (a action) String() string {
	for _, known := range actions {
		if known.ret != a&unix.SECCOMP_RET_ACTION_FULL {
			continue
		}
		name := strings.TrimPrefix(string(known.name), "SCMP_ACT_")
		data := uint32(a & unix.SECCOMP_RET_DATA)
		if errno := unix.ErrnoName(unix.Errno(data)); known.name == specs.ActErrno && errno != "" {
			return name + " " + errno
		}
		if data != 0 {
			return fmt.Sprintf("%s %d", name, data)
		}
		return name
	}
	return fmt.Sprintf("%#x", uint32(a))
}
