package seccomp

import (
	"fmt"
	"runtime"
	"slices"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// Arch is a machine that filters can be compiled for.
type Arch uint8

// The machines. Each also runs the programs of its 32-bit relative, if the
// profile says so: x86 and x32, or arm.
const (
	AMD64 Arch = iota
	ARM64
)

// Native returns the machine that isle was built for.
func Native() Arch {
	if runtime.GOARCH == "arm64" {
		return ARM64
	}
	return AMD64
}

// String returns the machine's name as Go and docker's profiles have it:
// "amd64" or "arm64".
func (a Arch) String() string { return machines[a].name }

// machine is what the kernel tells a filter about calls on one Arch.
type machine struct {
	name     string
	native   specs.Arch
	sections []section
}

// section holds the calls that the kernel reports with one AUDIT_ARCH.
type section struct {
	audit uint32
	// wide says that arguments are 64 bits: the others' high word is always 0.
	wide  bool
	zones []zone
}

// zone is a range of numbers that belong to one ABI. The zones of a section
// cover all 32 bits.
type zone struct {
	first, last uint32
	abi         abi
	scmp        specs.Arch
	unused      bool // no kernel has calls here
}

var machines = [...]machine{
	AMD64: {"amd64", specs.ArchX86_64, []section{
		{unix.AUDIT_ARCH_X86_64, true, []zone{
			{0, x32 - 1, x86_64, specs.ArchX86_64, false},
			{x32, 2*x32 - 1, x32abi, specs.ArchX32, false},
			// Here is also -1, a call that a tracer cancelled.
			{2 * x32, none, x86_64, specs.ArchX86_64, true},
		}},
		{unix.AUDIT_ARCH_I386, false, []zone{{0, none, x86, specs.ArchX86, false}}},
	}},
	ARM64: {"arm64", specs.ArchAARCH64, []section{
		{unix.AUDIT_ARCH_AARCH64, true, []zone{{0, none, aarch64, specs.ArchAARCH64, false}}},
		{unix.AUDIT_ARCH_ARM, false, []zone{
			{0, armPrivate - 1, arm, specs.ArchARM, false},
			{armPrivate, none, arm, specs.ArchARM, false},
		}},
	}},
}

// armPrivate is the first of ARM's private calls (asm/unistd.h: __ARM_NR_BASE).
// They are a zone of their own because a profile that lists one of them does
// not thereby know all the calls before it.
const armPrivate = 0x0f0000

// enabled returns the architectures of the profile, and the machine's own, which
// always counts. One of another machine is left out: this kernel never reports it.
func (m *machine) enabled(listed []specs.Arch) ([]specs.Arch, error) {
	on := []specs.Arch{m.native}
	for _, a := range listed {
		if !slices.Contains(known[:], a) {
			return nil, fmt.Errorf("unknown architecture: %q", a)
		}
		on = append(on, a)
	}
	return on, nil
}

// known lists the architectures of the OCI runtime specification.
var known = [...]specs.Arch{
	specs.ArchX86, specs.ArchX86_64, specs.ArchX32, specs.ArchARM, specs.ArchAARCH64,
	specs.ArchMIPS, specs.ArchMIPS64, specs.ArchMIPS64N32, specs.ArchMIPSEL, specs.ArchMIPSEL64, specs.ArchMIPSEL64N32,
	specs.ArchPPC, specs.ArchPPC64, specs.ArchPPC64LE, specs.ArchS390, specs.ArchS390X,
	specs.ArchPARISC, specs.ArchPARISC64, specs.ArchRISCV64, specs.ArchLOONGARCH64, specs.ArchM68K, specs.ArchSH, specs.ArchSHEB,
}
