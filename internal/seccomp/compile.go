package seccomp

import (
	"errors"
	"fmt"
	"slices"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// Compile turns a profile into the filter for programs of a machine and, as far
// as the profile lists their architectures, of its 32-bit relatives. A call of an
// architecture that is not listed kills the process.
//
// It reads a profile as runc and libseccomp do: names that it does not know are
// ignored, and so are rules whose action is the default one; a rule without
// conditions wins over those with conditions for the same call; and unless the
// default action lets calls run, calls with numbers above all those that the
// profile names are answered ENOSYS, because a program then tries an older way.
// Of several rules that hold, the first counts, which libseccomp leaves open.
func Compile(p *specs.LinuxSeccomp, arch Arch) (*Filter, error) {
	insns, flags, err := compile(p, &machines[arch])
	if err != nil {
		return nil, fmt.Errorf("compile seccomp profile: %w", err)
	}
	return &Filter{insns, flags}, nil
}

func compile(p *specs.LinuxSeccomp, m *machine) ([]unix.SockFilter, uint, error) {
	if p == nil {
		return nil, 0, errors.New("there is none")
	}
	archs, err := m.enabled(p.Architectures)
	if err != nil {
		return nil, 0, err
	}
	pol, err := readPolicy(p)
	if err != nil {
		return nil, 0, err
	}
	flags, err := readFlags(p.Flags, pol.notifies())
	if err != nil {
		return nil, 0, err
	}
	insns := pol.program(m, func(z *zone) bool { return slices.Contains(archs, z.scmp) })
	if len(insns) > unix.BPF_MAXINSNS {
		return nil, 0, fmt.Errorf("%d instructions are needed, the kernel takes %d", len(insns), unix.BPF_MAXINSNS)
	}
	return insns, flags, nil
}

// flagBits maps the OCI names of flags to seccomp(2)'s. TSYNC is known but has no
// bit: the process that installs the filter has one thread.
var flagBits = [...]struct {
	name specs.LinuxSeccompFlag
	bit  uint
}{
	{specs.LinuxSeccompFlagLog, unix.SECCOMP_FILTER_FLAG_LOG},
	{specs.LinuxSeccompFlagSpecAllow, unix.SECCOMP_FILTER_FLAG_SPEC_ALLOW},
	{specs.LinuxSeccompFlagWaitKillableRecv, unix.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV},
	{"SECCOMP_FILTER_FLAG_TSYNC", 0},
}

func readFlags(names []specs.LinuxSeccompFlag, notifies bool) (uint, error) {
	var flags uint
next:
	for _, name := range names {
		for _, f := range flagBits {
			if f.name == name {
				flags |= f.bit
				continue next
			}
		}
		return 0, fmt.Errorf("unknown flag: %q", name)
	}
	if notifies {
		flags |= unix.SECCOMP_FILTER_FLAG_NEW_LISTENER
	} else if flags&unix.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV != 0 {
		return 0, errors.New("SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV needs a rule with SCMP_ACT_NOTIFY")
	}
	return flags, nil
}
