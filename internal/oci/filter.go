package oci

import (
	"fmt"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"

	"isle/internal/caps"
	"isle/internal/plan"
	"isle/internal/seccomp"
)

// addFilter adds who the process is and what it may do, the gate, and last the
// filter: what isle itself calls before is not the filter's business, and the
// gate might not be let through. A process that waits does so without the
// privileges that its program will not have either, since those who see it could
// take them over. Where a filter takes a capability, that one is kept until
// then; so that filter comes before the gate, if it lets the process wait there.
func addFilter(p *plan.Plan, process *specs.Process, o privileges, filter *seccomp.Filter) {
	sets := capabilitySets(process.Capabilities, o.held, o.warn)
	identity(p, process, o.groupsDenied, sets)
	install := func() {
		if filter != nil {
			p.Add(&plan.Seccomp{Name: "of the bundle", Filter: filter.Bytes(), Flags: uint64(filter.Flags), Take: o.listener})
		}
	}
	wait := func() {
		if o.gate != nil {
			p.Add(o.gate)
		}
	}
	if filter == nil || process.NoNewPrivileges {
		p.Add(&sets.CapabilitySets)
		if process.NoNewPrivileges {
			p.Add(&plan.NoNewPrivs{})
		}
		wait()
		install()
		return
	}
	admin, _ := caps.ParseCap("CAP_SYS_ADMIN")
	more := caps.SetOf(admin)
	p.Add(&plan.CapabilitySets{Effective: sets.Effective.With(more), Permitted: sets.Permitted.With(more), Inheritable: sets.Inheritable})
	if letsWait(filter) {
		install()
		p.Add(&sets.CapabilitySets)
		wait()
	} else {
		wait()
		install()
		p.Add(&sets.CapabilitySets)
	}
}

// letsWait says whether a process can give its capabilities up and wait at a gate
// under a filter. The descriptor of one that notifies goes to whoever opens the gate.
func letsWait(f *seccomp.Filter) bool {
	return f.Flags&unix.SECCOMP_FILTER_FLAG_NEW_LISTENER == 0 &&
		f.Permits(seccomp.Native(), unix.SYS_PRCTL, unix.SYS_CAPSET, unix.SYS_WRITE, unix.SYS_READ, unix.SYS_CLOSE, unix.SYS_ACCEPT4, unix.SYS_EXIT_GROUP)
}

// readFilter is the filter of a bundle, nil if it has none.
func readFilter(spec *specs.Spec) (*seccomp.Filter, error) {
	if spec.Linux == nil || spec.Linux.Seccomp == nil {
		if _, named := spec.Annotations[AnnotationSeccomp]; named {
			return defaultFilter(spec)
		}
		return nil, nil
	}
	filter, err := seccomp.Compile(spec.Linux.Seccomp, seccomp.Native())
	if err != nil {
		return nil, fmt.Errorf("linux.seccomp: %w", err)
	}
	return filter, nil
}
