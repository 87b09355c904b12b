package resources

import (
	"errors"
	"os"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// insn is an instruction of eBPF (the kernel's bpf/standardization/instruction-set).
type insn struct {
	code byte
	regs byte // destination, and source in the upper half
	off  int16
	imm  int32
}

// Registers, as the program uses them.
const (
	rAnswer = 0 // what it returns: 1 allows
	rCtx    = 1 // struct bpf_cgroup_dev_ctx
	rKind   = 2 // BPF_DEVCG_DEV_*
	rAsked  = 3 // BPF_DEVCG_ACC_*
	rMajor  = 4
	rMinor  = 5
)

const (
	opLoad  = 0x61 // ldxw dst, [src+off]
	opMove  = 0xb4 // mov32 dst, imm
	opCopy  = 0xbc // mov32 dst, src
	opAnd   = 0x54 // and32 dst, imm
	opShift = 0x74 // rsh32 dst, imm
	opJne   = 0x56 // jne32 dst, imm, off
	opExit  = 0x95
)

// assemble makes the program that answers whether an access is allowed: the first
// verdict that fits does. As none goes on after it has, the kernel's verifier takes
// time in proportion to their number.
func assemble(table []verdict) []insn {
	p := []insn{
		{opLoad, rKind | rCtx<<4, 0, 0}, // access<<16 | kind
		{opCopy, rAsked | rKind<<4, 0, 0},
		{opAnd, rKind, 0, 0xffff},
		{opShift, rAsked, 0, 16},
		{opLoad, rMajor | rCtx<<4, 4, 0},
		{opLoad, rMinor | rCtx<<4, 8, 0},
	}
	for i := range table {
		p = append(p, table[i].assemble()...)
	}
	return append(p, insn{opMove, rAnswer, 0, 0}, insn{opExit, 0, 0, 0})
}

// assemble makes a verdict's part: nothing may be asked that is not allowed.
func (v verdict) assemble() []insn {
	p := []insn{{opJne, rKind, 0, int32(strings.IndexByte(" bc", v.kind))}}
	if v.major != wildcard {
		p = append(p, insn{opJne, rMajor, 0, int32(v.major)})
	}
	if v.minor != wildcard {
		p = append(p, insn{opJne, rMinor, 0, int32(v.minor)})
	}
	conditions := len(p)
	p = append(p,
		insn{opAnd, rAsked, 0, int32(accessAll &^ v.allowed)},
		insn{opMove, rAnswer, 0, 0},
		insn{opJne, rAsked, 1, 0},
		insn{opMove, rAnswer, 0, 1},
		insn{opExit, 0, 0, 0})
	for i := range conditions {
		p[i].off = int16(len(p) - 1 - i)
	}
	return p
}

// programName marks a program as ours, so that another's is left alone.
const programName = "isle_devices"

// loadAttr is the part of union bpf_attr that BPF_PROG_LOAD takes, on a machine of
// 64 bits, as far as it is used.
type loadAttr struct {
	kind, count     uint32
	insns, license  unsafe.Pointer
	level, size     uint32
	log             unsafe.Pointer
	version, flags  uint32
	name            [16]byte
	ifindex, attach uint32
}

const logSize = 64 << 10

func loadProgram(p []insn) (int, error) {
	license := []byte("Apache-2.0\x00")
	a := loadAttr{
		kind: unix.BPF_PROG_TYPE_CGROUP_DEVICE, count: uint32(len(p)), attach: unix.BPF_CGROUP_DEVICE,
		insns: unsafe.Pointer(&p[0]), license: unsafe.Pointer(&license[0]),
	}
	copy(a.name[:], programName)
	fd, err := bpf(unix.BPF_PROG_LOAD, unsafe.Pointer(&a), unsafe.Sizeof(a))
	if err == nil || refused(err) || errors.Is(err, unix.ENOSYS) {
		return fd, err
	}
	log := make([]byte, logSize) // once more, for what the verifier says
	a.level, a.size, a.log = 1, logSize, unsafe.Pointer(&log[0])
	if fd, err = bpf(unix.BPF_PROG_LOAD, unsafe.Pointer(&a), unsafe.Sizeof(a)); err != nil {
		text, _, _ := strings.Cut(string(log), "\x00")
		err = &Error{Doing: "load the device program", Err: err, Hint: lastLine(text)}
	}
	return fd, err
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}

func bpf(cmd int, attr unsafe.Pointer, size uintptr) (int, error) {
	for {
		fd, _, errno := unix.Syscall(unix.SYS_BPF, uintptr(cmd), uintptr(attr), size)
		switch errno {
		case 0:
			return int(fd), nil
		case unix.EINTR, unix.EAGAIN: // the verifier was interrupted
		default:
			return -1, errno
		}
	}
}

// inUserNamespace says whether this process is in a user namespace other than
// the first, which maps every id to itself.
func inUserNamespace() bool {
	text, err := os.ReadFile("/proc/self/uid_map")
	words := strings.Fields(string(text))
	return err == nil && (len(words) != 3 || words[0] != "0" || words[1] != "0" || words[2] != "4294967295")
}
