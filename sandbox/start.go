package sandbox

import (
	"strconv"

	"golang.org/x/sys/unix"

	"isle/internal/plan"
	"isle/internal/spawn"
)

// start carries out a plan in a child process.
func start(p *plan.Plan, file func(fd int)) (*spawn.Process, error) {
	control, err := spawn.NewControl()
	if err != nil {
		return nil, err
	}
	l := p.Lower(control)
	spec := spawn.Spec{
		Program: l.Builder, Inner: l.Inner, Control: control,
		Flags: l.Flags, Copy: l.Copy, Nested: l.Nested,
		Parts: parts(l), File: file,
	}
	if p.Undumpable {
		defer undump()()
	}
	process, err := spawn.Start(spec)
	if err != nil {
		return nil, stepError(p, l, err)
	}
	return process, nil
}

func parts(l *plan.Lowering) []func(pid int) error {
	fs := make([]func(pid int) error, len(l.Parts))
	for i, part := range l.Parts {
		fs[i] = func(pid int) error { return part.Do(strconv.Itoa(pid)) }
	}
	return fs
}

// undump makes this process's memory and executable unreachable to others of
// its user until the returned function is called. The child shares them until
// it executes its program, and so it can be attacked by whoever is in the
// namespaces it joins (ptrace(2), "Ptrace access mode checking").
func undump() (restore func()) {
	was, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	if err != nil || was != 1 {
		return func() {}
	}
	unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
	return func() { unix.Prctl(unix.PR_SET_DUMPABLE, 1, 0, 0, 0) }
}
