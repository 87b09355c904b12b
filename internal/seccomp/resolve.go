package seccomp

import (
	"errors"
	"fmt"

	moby "github.com/moby/profiles/seccomp"
	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// resolve returns what of the document applies on the host.
func (d *document) resolve(h Host) (*specs.LinuxSeccomp, error) {
	p := d.LinuxSeccomp
	if p.DefaultAction == "" {
		return nil, errors.New("defaultAction is missing")
	}
	if len(p.Architectures) != 0 && len(d.ArchMap) != 0 {
		return nil, errors.New("both architectures and archMap are given")
	}
	if len(d.ArchMap) != 0 {
		p.Architectures = h.architectures(d.ArchMap)
	}
	if err := named(d.DefaultErrno, &p.DefaultErrnoRet); err != nil {
		return nil, fmt.Errorf("defaultErrno: %w", err)
	}
	for i, c := range d.Syscalls {
		if c == nil {
			return nil, fmt.Errorf("syscalls[%d] is null", i)
		}
		if err := c.normalize(); err != nil {
			return nil, fmt.Errorf("syscalls[%d]: %w", i, err)
		}
		if h.meets(c.Includes, c.Excludes) {
			p.Syscalls = append(p.Syscalls, c.LinuxSyscall)
		}
	}
	return &p, nil
}

// normalize brings the old and the podman forms of a rule to OCI's.
func (c *call) normalize() error {
	if c.Name != "" {
		if len(c.Names) != 0 {
			return errors.New("both name and names are given")
		}
		c.Names = []string{c.Name}
	}
	if err := named(c.Errno, &c.ErrnoRet); err != nil {
		return fmt.Errorf("errno: %w", err)
	}
	return nil
}

// named sets number to the errno of that name, if one is given. Podman's profiles
// have both name and number; they must not contradict each other.
func named(name string, number **uint) error {
	if name == "" {
		return nil
	}
	for n := uint(1); n < 4096; n++ {
		if unix.ErrnoName(unix.Errno(n)) != name {
			continue
		}
		if *number != nil && **number != n {
			return fmt.Errorf("%s is %d, but the number given is %d", name, n, **number)
		}
		*number = &n
		return nil
	}
	return fmt.Errorf("unknown errno: %q", name)
}

// architectures returns those that an archMap lists for the machine.
func (h *Host) architectures(list []moby.Architecture) []specs.Arch {
	for _, a := range list {
		if a.Arch == machines[h.Arch].native {
			return append([]specs.Arch{a.Arch}, a.SubArches...)
		}
	}
	return nil
}
