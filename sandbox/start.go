package sandbox

import (
	"runtime"
	"sync"

	"golang.org/x/sys/unix"

	"isle/internal/plan"
	"isle/internal/spawn"
)

// startProcess carries out a plan in a child process; stay is whether the
// calling thread is there as long as the child.
func startProcess(p *plan.Plan, stay bool) (*Process, error) {
	if hasDeathSignal(p) && !stay {
		return startOnThread(p)
	}
	process, err := start(p)
	if err != nil {
		return nil, err
	}
	return newProcess(process, func() {}), nil
}

func hasDeathSignal(p *plan.Plan) bool {
	for _, s := range p.Steps {
		if _, ok := s.(*plan.DeathSignal); ok {
			return true
		}
	}
	return false
}

// startOnThread starts the process on a thread that lives until the process
// has ended, for the death signal comes when the thread ends that the process
// was started from (PR_SET_PDEATHSIG(2const)).
func startOnThread(p *plan.Plan) (*Process, error) {
	var process *Process
	var err error
	started, ended := make(chan struct{}), make(chan struct{})
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		var child *spawn.Process
		if child, err = start(p); err == nil {
			process = newProcess(child, func() { close(ended) })
		}
		failed := err != nil
		close(started)
		if !failed {
			<-ended
		}
	}()
	<-started
	return process, err
}

func start(p *plan.Plan) (*spawn.Process, error) {
	control, err := spawn.NewControl()
	if err != nil {
		return nil, err
	}
	if err := control.Above(firstClosed(p)); err != nil {
		control.Close()
		return nil, err
	}
	describeGates(p)
	l := p.Lower(control)
	defer exclude(p.Undumpable)()
	process, err := spawn.Start(spawn.Spec{
		Program: l.Builder, Inner: l.Inner, Control: control,
		Flags: l.Flags, Copy: l.Copy, Nested: l.Nested, Cgroup: p.Cgroup, Born: p.Born,
		Parts: parts(l, p.Undumpable), Files: l.Files,
	})
	if err != nil {
		return nil, stepError(p, l, err)
	}
	return process, nil
}

// firstClosed is the lowest descriptor that the program does not get: one of
// isle's own below would be overwritten, or left to the program.
func firstClosed(p *plan.Plan) int {
	for _, s := range p.Steps {
		if h, ok := s.(*plan.Handover); ok {
			return 3 + h.Keep
		}
	}
	return 3
}

func parts(l *plan.Lowering, undump bool) []func(pid int) error {
	fs := make([]func(pid int) error, len(l.Parts))
	for i, part := range l.Parts {
		fs[i] = func(pid int) error {
			if !undump { // the part may start a process of its own, as for a hook
				dumpable.RUnlock()
				defer dumpable.RLock()
			}
			return part.Do(pid)
		}
	}
	return fs
}

// dumpable is held for writing while this process is not.
var dumpable sync.RWMutex

// exclude keeps this process dumpable until the returned function is called
// or, with undump, makes its memory and executable unreachable to others of its
// user. The child shares them until it executes its program, and so it can be
// attacked by whoever is in the namespaces it joins (ptrace(2), "Ptrace access
// mode checking"). The other children of that time could not open their own
// files in /proc: they wait.
func exclude(undump bool) (restore func()) {
	if !undump {
		dumpable.RLock()
		return dumpable.RUnlock
	}
	dumpable.Lock()
	was, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	if err != nil || was != 1 {
		return dumpable.Unlock
	}
	unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
	return func() {
		unix.Prctl(unix.PR_SET_DUMPABLE, 1, 0, 0, 0)
		dumpable.Unlock()
	}
}
