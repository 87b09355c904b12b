package feature

import (
	"fmt"
	"strconv"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The probes of what confines processes: those isle starts, and isle itself.
var (
	SeccompFilter = &Probe{
		Name: "seccomp filters", Area: Security, Since: Version{3, 5}, Config: "CONFIG_SECCOMP_FILTER", need: byAll,
		For: "the default filter of isle run",
		question: kernelCall{nr: unix.SYS_PRCTL, args: [6]uintptr{unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER},
			want: []syscall.Errno{unix.EFAULT}, lacking: []syscall.Errno{unix.EINVAL}},
	}
	SeccompNotify = &Probe{
		Name: "seccomp user notification", Area: Security, Since: Version{5, 0}, Config: "CONFIG_SECCOMP_FILTER",
		For:      "filters that ask a supervisor (SCMP_ACT_NOTIFY)",
		question: try(askNotify),
	}
	SeccompWaitKillable = &Probe{
		Name: "seccomp WAIT_KILLABLE_RECV", Area: Security, Since: Version{5, 19}, Config: "CONFIG_SECCOMP_FILTER",
		For: "supervised system calls that Go's signals do not restart for ever",
		question: kernelCall{nr: unix.SYS_SECCOMP,
			args: [6]uintptr{unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_NEW_LISTENER | unix.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV},
			want: []syscall.Errno{unix.EFAULT}, lacking: []syscall.Errno{unix.EINVAL}},
	}
	Landlock = &Probe{
		Name: "landlock", Area: Security, Since: Version{5, 13}, Config: "CONFIG_SECURITY_LANDLOCK",
		For:      "run --landlock-ro and --landlock-rw",
		question: try(askLandlock),
	}
	Unfiltered = &Probe{
		Name: "no seccomp filter on isle itself", Area: Security,
		For:      "knowing that a refusal is the kernel's",
		question: try(askUnfiltered),
	}
	Ptrace = &Probe{
		Name: "ptrace of own processes", Area: Security,
		For:      "nsenter --net-socket and descriptors of other processes; Yama may forbid it",
		question: try(askPtrace),
	}
	RaiseLimits = &Probe{
		Name: "CAP_SYS_RESOURCE", Area: Security,
		For:      "raising hard limits, and an oom_score_adj below the caller's",
		question: try(askRaiseLimits),
	}
)

func askNotify() (string, error) {
	action := uint32(unix.SECCOMP_RET_USER_NOTIF)
	_, _, errno := syscall.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_GET_ACTION_AVAIL, 0, uintptr(unsafe.Pointer(&action)))
	if errno == 0 {
		return "", nil
	}
	return answer("seccomp", errno, unix.EOPNOTSUPP, unix.EINVAL)
}

// LandlockABI returns the version of landlock that the kernel has, from 1 on
// (landlock(7)).
func LandlockABI() (int, error) {
	abi, _, errno := syscall.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	switch errno {
	case 0:
		return int(abi), nil
	case unix.ENOSYS:
		return 0, ErrNotSupported
	case unix.EOPNOTSUPP:
		return 0, no("landlock is not among the security modules that this kernel was booted with (lsm=)")
	}
	return 0, fmt.Errorf("landlock_create_ruleset: %w", errno)
}

func askLandlock() (string, error) {
	abi, err := LandlockABI()
	return "ABI " + strconv.Itoa(abi), err
}

func askUnfiltered() (string, error) {
	if filtered() {
		return "", no("a container engine or service manager has put one on this process")
	}
	return "", nil
}

func askPtrace() (string, error) {
	const name = "kernel.yama.ptrace_scope"
	scope, ok := sysctl(name)
	switch {
	case !ok:
		return "no Yama", nil
	case scope == "0", capable(unix.CAP_SYS_PTRACE) && scope != "3":
		return name + " is " + scope, nil
	case scope == "3":
		return "", no(name + " is 3, which stays so until the next boot")
	}
	return "", no(name+" is "+scope, "sysctl -w "+name+"=0")
}

func askRaiseLimits() (string, error) {
	if capable(unix.CAP_SYS_RESOURCE) {
		return "", nil
	}
	bounding, err := unix.PrctlRetInt(unix.PR_CAPBSET_READ, unix.CAP_SYS_RESOURCE, 0, 0, 0)
	switch {
	case err != nil:
		return "", fmt.Errorf("prctl PR_CAPBSET_READ: %w", err)
	case bounding == 0:
		return "", no("it is not in the bounding set of this process")
	}
	return "", no("this process has not got it")
}
