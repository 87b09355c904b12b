package seccomp

import (
	"encoding/binary"
	"slices"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// data is struct seccomp_data, without the instruction pointer.
type data struct {
	number, audit uint32
	args          [6]uint64
}

// run gives the call to the program in a BPF machine. That one loads words big
// endian, so they are given to it in that order, the low word first.
func run(t testing.TB, vm *bpf.VM, d data) action {
	t.Helper()
	packet := make([]byte, 0, 64)
	for _, word := range []uint32{d.number, d.audit, 0, 0} {
		packet = binary.BigEndian.AppendUint32(packet, word)
	}
	for _, arg := range d.args {
		packet = binary.BigEndian.AppendUint32(packet, uint32(arg))
		packet = binary.BigEndian.AppendUint32(packet, uint32(arg>>32))
	}
	ret, err := vm.Run(packet)
	if err != nil {
		t.Fatal(err)
	}
	return action(ret)
}

// machineFor makes a BPF machine of a filter, which checks that every jump stays
// inside and every path ends in a return.
func machineFor(t testing.TB, f *Filter) *bpf.VM {
	t.Helper()
	raw := make([]bpf.RawInstruction, len(f.Insns))
	for i, in := range f.Insns {
		raw[i] = bpf.RawInstruction{Op: in.Code, Jt: in.Jt, Jf: in.Jf, K: in.K}
	}
	insns, all := bpf.Disassemble(raw)
	if !all {
		t.Fatalf("not classic BPF:\n%s", Listing(f))
	}
	vm, err := bpf.NewVM(insns)
	if err != nil {
		t.Fatalf("%v:\n%s", err, Listing(f))
	}
	return vm
}

// reference decides on a call by reading the profile as its documentation says,
// rule by rule. It shares with the compiler the table of numbers and of actions.
func reference(p *specs.LinuxSeccomp, arch Arch, d data) action {
	scmp, a, wide := classify(arch, d)
	if scmp == "" || a != x86_64 && a != aarch64 && !slices.Contains(p.Architectures, scmp) {
		return unix.SECCOMP_RET_KILL_PROCESS
	}
	otherwise, _ := readAction(p.DefaultAction, p.DefaultErrnoRet)
	var matched *action
	var newest uint32
	named := false
	for _, s := range p.Syscalls {
		then, _ := readAction(s.Action, s.ErrnoRet)
		for _, name := range s.Names {
			call := byName[name]
			if call == nil {
				continue
			}
			args, applies := s.Args, false
			if n := call.numbers[a]; n != none && band(a, n) == band(a, d.number) {
				newest, named = max(newest, n), true
				applies = n == d.number
			}
			if a == x86 && then != otherwise {
				if hub, sub, mask, ok := hub(name); ok && (always(args) || then.stricter(otherwise)) {
					newest = max(newest, hub)
					if hub == d.number {
						applies, args = true, []specs.LinuxSeccompArg{{Index: 0, Op: specs.OpMaskedEqual, Value: mask, ValueTwo: sub}}
					}
				}
			}
			if !applies || then == otherwise {
				continue
			}
			if always(args) {
				return then // it wins wherever it stands: see below
			}
			if matched == nil && holds(args, d.args, wide) {
				matched = &then
			}
		}
	}
	// Only now, because an unconditional rule may come after those with conditions.
	switch {
	case matched != nil:
		return *matched
	case named && d.number > newest && !otherwise.permissive():
		return enosys
	}
	return otherwise
}

func classify(arch Arch, d data) (specs.Arch, abi, bool) {
	switch {
	case arch == AMD64 && d.audit == unix.AUDIT_ARCH_X86_64 && d.number>>30 == 1:
		return specs.ArchX32, x32abi, true
	case arch == AMD64 && d.audit == unix.AUDIT_ARCH_X86_64:
		return specs.ArchX86_64, x86_64, true
	case arch == AMD64 && d.audit == unix.AUDIT_ARCH_I386:
		return specs.ArchX86, x86, false
	case arch == ARM64 && d.audit == unix.AUDIT_ARCH_AARCH64:
		return specs.ArchAARCH64, aarch64, true
	case arch == ARM64 && d.audit == unix.AUDIT_ARCH_ARM:
		return specs.ArchARM, arm, false
	}
	return "", 0, false
}

// band keeps apart numbers that say nothing of each other's age.
func band(a abi, number uint32) int {
	if a == arm && number >= 0xf0000 || a == x86_64 && number >= 1<<31 {
		return 1
	}
	return 0
}

// hub is socketcall or ipc, written down a second time from their man pages.
func hub(name string) (number uint32, sub, mask uint64, ok bool) {
	if sub, ok := bySocketcall[name]; ok {
		return 102, sub, 0xffffffff, true
	}
	sub, ok = byIPC[name]
	return 117, sub, 0xffff, ok
}

var (
	bySocketcall = map[string]uint64{"socket": 1, "bind": 2, "connect": 3, "listen": 4, "accept": 5, "getsockname": 6,
		"getpeername": 7, "socketpair": 8, "send": 9, "recv": 10, "sendto": 11, "recvfrom": 12, "shutdown": 13,
		"setsockopt": 14, "getsockopt": 15, "sendmsg": 16, "recvmsg": 17, "accept4": 18, "recvmmsg": 19, "sendmmsg": 20}
	byIPC = map[string]uint64{"semop": 1, "semget": 2, "semctl": 3, "semtimedop": 4, "msgsnd": 11, "msgrcv": 12,
		"msgget": 13, "msgctl": 14, "shmat": 21, "shmdt": 22, "shmget": 23, "shmctl": 24}
	byName = map[string]*entry{}
)

func init() {
	for i := range table {
		byName[table[i].name] = &table[i]
	}
}

// always says that a rule has no condition that could fail.
func always(list []specs.LinuxSeccompArg) bool {
	empty, seen, split := 0, [6]bool{}, false
	for _, c := range list {
		if c.Op == specs.OpMaskedEqual && c.Value == 0 {
			empty++
		}
		split = split || seen[c.Index]
		seen[c.Index] = true
	}
	return empty == len(list) || split && empty > 0
}

func holds(list []specs.LinuxSeccompArg, args [6]uint64, wide bool) bool {
	var count [6]int
	all, any := true, false
	for _, c := range list {
		count[c.Index]++
		arg, value, two := args[c.Index], c.Value, c.ValueTwo
		if !wide {
			arg, value, two = arg&0xffffffff, value&0xffffffff, two&0xffffffff
		}
		ok := compare(c.Op, arg, value, two)
		all, any = all && ok, any || ok
	}
	for _, n := range count {
		if n > 1 {
			return any
		}
	}
	return all
}

func compare(op specs.LinuxSeccompOperator, arg, value, two uint64) bool {
	switch op {
	case specs.OpNotEqual:
		return arg != value
	case specs.OpEqualTo:
		return arg == value
	case specs.OpLessThan:
		return arg < value
	case specs.OpLessEqual:
		return arg <= value
	case specs.OpGreaterThan:
		return arg > value
	case specs.OpGreaterEqual:
		return arg >= value
	}
	return arg&value == two&value
}
