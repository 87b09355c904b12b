package resources

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

const (
	killTime  = 10 * time.Second       // how long processes may take to die
	holdStill = 500 * time.Millisecond // how long freezing may take before a signal
)

// Signal sends a signal to every process of the group and of those below it, to
// none twice and to none that is made meanwhile once. With SIGKILL it returns
// when all are dead, a frozen group being thawed for it. Neither this process nor
// number 1 is ever signalled.
func (g *Group) Signal(sig unix.Signal) error {
	t := g.main()
	if t == nil {
		return nil
	}
	if v2 := g.v2(); sig == unix.SIGKILL && v2 != nil && !v2.within() {
		err := v2.write("cgroup.kill", "1")
		if err == nil {
			t.thaw() // of version 1, in which the killed do not end
			return v2.untilEmpty()
		}
		if gone(err) && unix.Faccessat(v2.top, v2.Path, unix.F_OK, 0) != nil {
			return nil
		}
	}
	deadline := time.Now().Add(killTime)
	for pause := wait; ; pause = min(2*pause, longWait) {
		pids, err := t.signal(sig)
		if err != nil || sig != unix.SIGKILL || len(pids) == 0 {
			return err
		}
		if time.Now().After(deadline) {
			return alive(t, pids, unix.ETIMEDOUT)
		}
		time.Sleep(pause)
	}
}

// within says whether this process is in the group itself, where the kernel would
// kill it with the others.
func (t *Tree) within() bool {
	list, err := memberships(0)
	return err != nil || slices.ContainsFunc(list, func(m membership) bool {
		return m.v2 && strings.HasPrefix(m.path+"/", "/"+t.Path+"/")
	})
}

// untilEmpty waits until the last process has ended.
func (t *Tree) untilEmpty() error {
	err := t.untilEvent("populated 0", time.Now().Add(killTime))
	if err == nil || gone(err) {
		return nil
	}
	pids, _ := t.pids(true)
	return alive(t, pids, err)
}

// signal sends it once, the group being frozen meanwhile if it can be, so that
// nobody forks away or lends its number to another.
func (t *Tree) signal(sig unix.Signal) ([]int, error) {
	was, err := t.frozen()
	if err != nil {
		return nil, err
	}
	held := was
	if !was && (t.V2 || t.has("freezer")) {
		held = t.freeze(true, holdStill) == nil
	}
	pids, err := t.pids(true)
	if gone(err) {
		return nil, nil
	}
	var faults []error
	for _, pid := range pids {
		if !signallable(pid) {
			continue
		}
		if err := unix.Kill(pid, sig); err != nil && err != unix.ESRCH {
			faults = append(faults, &Error{Doing: fmt.Sprintf("send signal %d to process %d", sig, pid), Err: err})
		}
	}
	switch {
	case sig == unix.SIGKILL:
		t.thaw()
	case held && !was:
		faults = append(faults, t.freeze(false, 0))
	}
	return pids, errors.Join(append(faults, err)...)
}

func signallable(pid int) bool { return pid > 1 && pid != os.Getpid() }

// alive is the error for processes that do not die.
func alive(t *Tree, pids []int, err error) error {
	e := &Error{Doing: "end the processes of " + t.Dir(), Err: err}
	if len(pids) > 0 {
		e.Hint = fmt.Sprintf("%d are left, such as %d", len(pids), pids[0])
	}
	return e
}
