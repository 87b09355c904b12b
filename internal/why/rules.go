package why

import (
	"slices"
	"syscall"
)

// rule is one cause: the failures it can be the cause of, and a probe that
// confirms it. An empty list matches everything.
type rule struct {
	ops    []Op
	calls  []string
	errnos []syscall.Errno
	find   func(Failure, *Host) (Explanation, bool)
}

func (r rule) matches(f Failure) bool {
	return allows(r.ops, f.Op) && allows(r.calls, f.Syscall) && allows(r.errnos, f.Errno)
}

func allows[T comparable](list []T, x T) bool { return len(list) == 0 || slices.Contains(list, x) }

// areas are the rules in the order in which they are tried: what stands before
// the system call (filter, security module) first, then each sort of step from
// the most precise cause to the most general, and what cannot be proven last.
// They are functions so that a start of the program costs nothing for them.
var areas = [...]func() []rule{
	seccompRules,
	appArmorRules,
	createRules,
	quotaRules,
	idMapRules,
	newIDMapRules,
	setgroupsRules,
	identityRules,
	joinRules,
	procRules,
	overlayRules,
	mountRules,
	bindRules,
	lockedRules,
	persistRules,
	pivotRules,
	execRules,
	fileRules,
	cgroupRules,
	timeRules,
	hardeningRules,
	networkRules,
	suspectRules,
}

// none is what a rule answers when it is not the cause.
func none() (Explanation, bool) { return Explanation{}, false }

// because is a confirmed cause.
func because(cause, remedy string) (Explanation, bool) {
	return Explanation{Cause: cause, Remedy: remedy}, true
}
