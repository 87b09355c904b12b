package seccomp

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

var audits = map[Arch][]uint32{
	AMD64: {unix.AUDIT_ARCH_X86_64, unix.AUDIT_ARCH_I386, unix.AUDIT_ARCH_ARM, 0},
	ARM64: {unix.AUDIT_ARCH_AARCH64, unix.AUDIT_ARCH_ARM, unix.AUDIT_ARCH_I386, 0xffffffff},
}

// check compares filter and reference for every number that may matter, with
// arguments that are random, but often near the profile's values.
func check(t testing.TB, p *specs.LinuxSeccomp, arch Arch, rounds int, rnd *rand.Rand) {
	t.Helper()
	f, err := Compile(p, arch)
	if err != nil {
		t.Fatal(err)
	}
	vm, args := machineFor(t, f), interesting(p)
	for _, audit := range audits[arch] {
		for _, base := range []uint32{0, x32, 2 * x32, armPrivate, 3 * x32, 1<<32 - 601} {
			for n := range uint32(601) {
				for range rounds {
					d := data{number: base + n, audit: audit}
					for i := range d.args {
						d.args[i] = args[rnd.IntN(len(args))]
						if rnd.IntN(4) == 0 {
							d.args[i] = rnd.Uint64()
						}
						if audit&unix.AUDIT_ARCH_X86_64>>31 == 0 {
							d.args[i] &= 0xffffffff // so does the kernel
						}
					}
					if got, want := run(t, vm, d), reference(p, arch, d); got != want {
						t.Fatalf("%v %#x: filter says %v, profile %v\n%.3000s", arch, d, got, want, Listing(f))
					}
				}
			}
		}
	}
}

// interesting lists the values of a profile's conditions, and their neighbours.
func interesting(p *specs.LinuxSeccomp) []uint64 {
	list := []uint64{0, 1, 1<<32 - 1, 1 << 32, 1<<64 - 1, 102, 117, unix.CLONE_NEWUSER}
	for _, s := range p.Syscalls {
		for _, a := range s.Args {
			for _, v := range []uint64{a.Value, a.ValueTwo} {
				list = append(list, v, v+1, v-1, v|1<<40, v^1<<32)
			}
		}
	}
	return list
}

func TestDefaultAgreesWithReference(t *testing.T) {
	for _, arch := range []Arch{AMD64, ARM64} {
		for _, capabilities := range []string{"", "CAP_SYS_ADMIN", "CAP_SYS_PTRACE CAP_SYS_NICE CAP_SYSLOG CAP_SYS_TIME"} {
			h := Host{arch, strings.Fields(capabilities), [2]uint64{6, 18}}
			t.Run(fmt.Sprint(arch, capabilities), func(t *testing.T) {
				check(t, Default(h), arch, 1, rand.New(rand.NewPCG(1, 2)))
			})
		}
	}
}

func TestRandomProfiles(t *testing.T) {
	for seed := range uint64(100) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		check(t, randomProfile(rnd), Arch(rnd.IntN(2)), 1, rnd)
	}
}

func FuzzCompile(f *testing.F) {
	f.Add(uint64(1), uint64(2))
	f.Fuzz(func(t *testing.T, a, b uint64) {
		rnd := rand.New(rand.NewPCG(a, b))
		check(t, randomProfile(rnd), Arch(rnd.IntN(2)), 1, rnd)
	})
}

// randomProfile makes profiles that are valid, mostly of few calls with many rules.
func randomProfile(rnd *rand.Rand) *specs.LinuxSeccomp {
	act := func(notify bool) (specs.LinuxSeccompAction, *uint) {
		for {
			a := actions[rnd.IntN(len(actions))]
			if a.name == specs.ActNotify && !notify {
				continue
			}
			if n := uint(rnd.IntN(4)); a.data > 0 && n > 0 {
				return a.name, &n
			}
			return a.name, nil
		}
	}
	p := &specs.LinuxSeccomp{}
	p.DefaultAction, p.DefaultErrnoRet = act(false)
	for _, a := range []specs.Arch{specs.ArchX86_64, specs.ArchX86, specs.ArchX32, specs.ArchARM, specs.ArchMIPS} {
		if rnd.IntN(3) > 0 {
			p.Architectures = append(p.Architectures, a)
		}
	}
	names := []string{"socket", "connect", "shmat", "msgctl", "socketcall", "ipc", "set_tls", "no_such_call", "clone"}
	for range rnd.IntN(10) {
		names = append(names, table[rnd.IntN(len(table))].name)
	}
	operands := []uint64{0, 1, 5, 1<<32 - 1, 1 << 32, 5<<32 | 5, 1<<64 - 1, rnd.Uint64()}
	for range rnd.IntN(40) {
		s := specs.LinuxSyscall{}
		s.Action, s.ErrnoRet = act(true)
		for range 1 + rnd.IntN(4) {
			s.Names = append(s.Names, names[rnd.IntN(len(names))])
		}
		for range max(0, rnd.IntN(6)-2) {
			s.Args = append(s.Args, specs.LinuxSeccompArg{Index: uint(rnd.IntN(6)), Op: ops[rnd.IntN(len(ops))],
				Value: operands[rnd.IntN(len(operands))], ValueTwo: operands[rnd.IntN(len(operands))]})
		}
		p.Syscalls = append(p.Syscalls, s)
	}
	return p
}

// TestLongJumps has more code in one call than a conditional jump can cross.
func TestLongJumps(t *testing.T) {
	p := &specs.LinuxSeccomp{DefaultAction: specs.ActErrno, Architectures: []specs.Arch{specs.ArchX86, specs.ArchX32}}
	for i := range uint64(120) {
		errno := uint(2 + i%90)
		p.Syscalls = append(p.Syscalls, specs.LinuxSyscall{Names: []string{"read", "openat", "clone3"}, Action: specs.ActErrno, ErrnoRet: &errno,
			Args: []specs.LinuxSeccompArg{{Index: 0, Op: specs.OpGreaterThan, Value: 1<<40 - i}, {Index: uint(1 + i%5), Op: specs.OpEqualTo, Value: i << 30}}})
	}
	check(t, p, AMD64, 3, rand.New(rand.NewPCG(3, 4)))
}

func TestTooLong(t *testing.T) {
	p := &specs.LinuxSeccomp{DefaultAction: specs.ActErrno}
	for i := range uint64(900) {
		p.Syscalls = append(p.Syscalls, specs.LinuxSyscall{Names: []string{"read"}, Action: specs.ActAllow,
			Args: []specs.LinuxSeccompArg{{Index: 0, Op: specs.OpGreaterThan, Value: i << 32}}})
	}
	if _, err := Compile(p, AMD64); err == nil || !strings.Contains(err.Error(), "the kernel takes 4096") {
		t.Fatalf("error is %v", err)
	}
}

// TestTooLarge multiplies many names by many conditions.
func TestTooLarge(t *testing.T) {
	s := specs.LinuxSyscall{Action: specs.ActAllow}
	for range 5000 {
		s.Names = append(s.Names, "read")
		s.Args = append(s.Args, specs.LinuxSeccompArg{Op: specs.OpEqualTo})
	}
	_, err := Compile(&specs.LinuxSeccomp{DefaultAction: specs.ActErrno, Syscalls: []specs.LinuxSyscall{s}}, AMD64)
	if err == nil || !strings.Contains(err.Error(), "rule 0: more than 1048576 pairs") {
		t.Fatalf("error is %v", err)
	}
}

func TestRefused(t *testing.T) {
	big, one := uint(4096), uint(1)
	rule := func(s specs.LinuxSyscall) *specs.LinuxSeccomp {
		return &specs.LinuxSeccomp{DefaultAction: specs.ActErrno, Syscalls: []specs.LinuxSyscall{s}}
	}
	read := []string{"read"}
	for want, p := range map[string]*specs.LinuxSeccomp{
		`default action: unknown action: ""`:                                   {},
		`default action: SCMP_ACT_ALLOW takes no errno, but has 1`:             {DefaultAction: specs.ActAllow, DefaultErrnoRet: &one},
		`default action: errno of SCMP_ACT_ERRNO is 4096, the largest is 4095`: {DefaultAction: specs.ActErrno, DefaultErrnoRet: &big},
		`SCMP_ACT_NOTIFY cannot be the default action`:                         {DefaultAction: specs.ActNotify},
		`unknown architecture: "SCMP_ARCH_PDP11"`:                              {DefaultAction: specs.ActAllow, Architectures: []specs.Arch{"SCMP_ARCH_PDP11"}},
		`unknown flag: "FAST"`:                                                 {DefaultAction: specs.ActAllow, Flags: []specs.LinuxSeccompFlag{"FAST"}},
		`needs a rule with SCMP_ACT_NOTIFY`:                                    {DefaultAction: specs.ActAllow, Flags: []specs.LinuxSeccompFlag{specs.LinuxSeccompFlagWaitKillableRecv}},
		`rule 0: no system call is named`:                                      rule(specs.LinuxSyscall{Action: specs.ActAllow}),
		`rule 0: a system call's name is empty`:                                rule(specs.LinuxSyscall{Names: []string{""}, Action: specs.ActAllow}),
		`rule 0: read: unknown action: "allow"`:                                rule(specs.LinuxSyscall{Names: read, Action: "allow"}),
		`rule 0: read: argument 6: a system call has arguments`:                rule(specs.LinuxSyscall{Names: read, Action: specs.ActAllow, Args: []specs.LinuxSeccompArg{{Index: 6}}}),
		`rule 0: read: argument 1: unknown operator: "=="`:                     rule(specs.LinuxSyscall{Names: read, Action: specs.ActAllow, Args: []specs.LinuxSeccompArg{{Index: 1, Op: "=="}}}),
	} {
		if _, err := Compile(p, AMD64); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error is %v, want %q in it", err, want)
		}
	}
	if _, err := Compile(nil, AMD64); err == nil {
		t.Error("no profile, no error")
	}
}

func TestFlags(t *testing.T) {
	p := &specs.LinuxSeccomp{DefaultAction: specs.ActAllow, Flags: []specs.LinuxSeccompFlag{
		specs.LinuxSeccompFlagLog, specs.LinuxSeccompFlagSpecAllow, specs.LinuxSeccompFlagWaitKillableRecv, "SECCOMP_FILTER_FLAG_TSYNC"},
		Syscalls: []specs.LinuxSyscall{{Names: []string{"mkdir"}, Action: specs.ActNotify}}}
	f, err := Compile(p, AMD64)
	want := uint(unix.SECCOMP_FILTER_FLAG_LOG | unix.SECCOMP_FILTER_FLAG_SPEC_ALLOW | unix.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV | unix.SECCOMP_FILTER_FLAG_NEW_LISTENER)
	if err != nil || f.Flags != want {
		t.Fatalf("flags %#x, %v, want %#x", f.Flags, err, want)
	}
}

func TestListing(t *testing.T) {
	f, err := Compile(&specs.LinuxSeccomp{DefaultAction: specs.ActAllow, Syscalls: []specs.LinuxSyscall{{
		Names: []string{"clone"}, Action: specs.ActErrno,
		Args: []specs.LinuxSeccompArg{{Index: 0, Op: specs.OpMaskedEqual, Value: unix.CLONE_NEWUSER, ValueTwo: unix.CLONE_NEWUSER}},
	}}}, AMD64)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(wantListing, Listing(f)); diff != "" {
		t.Error(diff)
	}
}

const wantListing = `   0  load arch
   1  if == 0xc000003e goto 2 else 12          ; x86_64
   2  load number
   3  if >= 0x39 goto 9 else 4                 ; x86_64 fork
   4  if >= 0x38 goto 5 else 11                ; x86_64 clone
   5  load argument 0, low word
   6  and 0x10000000
   7  if == 0x10000000 goto 8 else 11
   8  return ERRNO EPERM
   9  if >= 0x40000000 goto 10 else 11
  10  if >= 0x80000000 goto 11 else 12
  11  return ALLOW
  12  return KILL_PROCESS
`
