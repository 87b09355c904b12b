package seccomp

import (
	"fmt"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// action is what a filter returns: an action in the high half, its data in the low.
type action uint32

// actions maps the OCI names to the kernel's. Data is the largest value that the
// action takes along, 0 if it takes none.
var actions = [...]struct {
	name specs.LinuxSeccompAction
	ret  action
	data uint
}{
	{specs.ActAllow, unix.SECCOMP_RET_ALLOW, 0},
	{specs.ActErrno, unix.SECCOMP_RET_ERRNO, 4095},
	{specs.ActLog, unix.SECCOMP_RET_LOG, 0},
	{specs.ActTrace, unix.SECCOMP_RET_TRACE, unix.SECCOMP_RET_DATA},
	{specs.ActNotify, unix.SECCOMP_RET_USER_NOTIF, 0},
	{specs.ActTrap, unix.SECCOMP_RET_TRAP, 0},
	{specs.ActKill, unix.SECCOMP_RET_KILL_THREAD, 0},
	{specs.ActKillThread, unix.SECCOMP_RET_KILL_THREAD, 0},
	{specs.ActKillProcess, unix.SECCOMP_RET_KILL_PROCESS, 0},
}

const (
	enosys = action(unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS))
	kill   = action(unix.SECCOMP_RET_KILL_PROCESS)
)

// readAction returns the action of that name. errno is its errnoRet: EPERM if it
// is absent, and an error if the action takes none, as the specification has it.
func readAction(name specs.LinuxSeccompAction, errno *uint) (action, error) {
	for _, a := range actions {
		switch {
		case a.name != name:
			continue
		case errno == nil && a.data != 0:
			return a.ret | action(unix.EPERM), nil
		case errno == nil:
			return a.ret, nil
		case a.data == 0:
			return 0, fmt.Errorf("%s takes no errno, but has %d", name, *errno)
		case *errno > a.data:
			return 0, fmt.Errorf("errno of %s is %d, the largest is %d", name, *errno, a.data)
		}
		return a.ret | action(*errno), nil
	}
	return 0, fmt.Errorf("unknown action: %q", name)
}

// permissive says that the action lets the call run, or leaves it to a tracer,
// who can tell an unknown call himself.
func (a action) permissive() bool {
	switch a & unix.SECCOMP_RET_ACTION_FULL {
	case unix.SECCOMP_RET_ALLOW, unix.SECCOMP_RET_LOG, unix.SECCOMP_RET_TRACE:
		return true
	}
	return false
}

// stricter says that of a and b the kernel would follow a, if two filters
// returned them: it takes the smallest as a signed number (seccomp(2)).
func (a action) stricter(b action) bool {
	return int32(a&unix.SECCOMP_RET_ACTION_FULL) < int32(b&unix.SECCOMP_RET_ACTION_FULL)
}
