package resources

import (
	"errors"
	"strings"

	"golang.org/x/sys/unix"
)

// Error is a step that failed: what was done to what, the kernel's answer, and
// what is likely behind it.
type Error struct {
	Doing string // "set pids.max of /sys/fs/cgroup/x to 10"
	Err   error
	Hint  string
}

func (e *Error) Error() string {
	text := e.Doing + ": " + e.Err.Error()
	if e.Hint != "" {
		text += " (" + e.Hint + ")"
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

const (
	hintDelegate = "this cgroup is not delegated to the user: have systemd do it with Delegate=yes, or ask for no limits"
	hintParent   = "the parent cgroup has less, or has nothing to give"
)

// hints are what is behind an errno of a file that starts so. The first that
// fits counts.
var hints = [...]struct {
	file  string
	errno unix.Errno
	text  string
}{
	{"memory.limit_in_bytes", unix.EBUSY, "the processes use more than this, and the kernel could not take it from them"},
	{"memory.memsw.limit_in_bytes", unix.EBUSY, "the processes use more than this, and the kernel could not take it from them"},
	{"memory.memsw.limit_in_bytes", unix.EINVAL, "memory and swap together are less than memory alone"},
	{"memory.memsw.limit_in_bytes", unix.ENOENT, "the kernel does not count swap: boot it with swapaccount=1"},
	{"memory.swap.max", unix.ENOENT, "the kernel does not count swap: boot it with swapaccount=1"},
	{"memory.oom_control", unix.EINVAL, "a group with the killer of processes off has it on above or below"},
	{"cpu.rt_", unix.EINVAL, "the parent cgroup gives no realtime time: set its cpu.rt_runtime_us first"},
	{"cpu.rt_", unix.ENOENT, "the kernel has no realtime groups, CONFIG_RT_GROUP_SCHED"},
	{"cpu.cfs_", unix.EINVAL, "a quota and a period are 1000 to 1000000 microseconds, and no more of a processor than the parent cgroup has"},
	{"cpu.max", unix.EINVAL, "a quota and a period are 1000 to 1000000 microseconds, and no more of a processor than the parent cgroup has"},
	{"cpu.shares", unix.EINVAL, "an idle group has no shares: set cpu.idle to 0 first"},
	{"cpu.weight", unix.EINVAL, "an idle group has no weight: set cpu.idle to 0 first"},
	{"cpu.weight", unix.ERANGE, "a weight is 1 to 10000"},
	{"cpuset.", unix.EINVAL, "no such processor or node, or the list is malformed"},
	{"cpuset.", unix.ERANGE, "no such processor or node"},
	{"cpuset.", unix.EACCES, hintParent},
	{"cpuset.", unix.ENOSPC, "a group with processes needs a processor and a node"},
	{"cpuset.", unix.EBUSY, "a group below this one uses more"},
	{"blkio.", unix.ENODEV, "no such block device"},
	{"io.", unix.ENODEV, "no such block device"},
	{"blkio.", unix.EOPNOTSUPP, "the device's scheduler has no weights"},
	{"io.", unix.EOPNOTSUPP, "the device's scheduler has no weights"},
	{"blkio.", unix.ENOENT, "the kernel has no weights, CONFIG_BFQ_GROUP_IOSCHED"},
	{"hugetlb.", unix.ENOENT, "no huge pages of this size"},
	{"net_prio.", unix.ENODEV, "no such interface"},
	{"rdma.", unix.ENODEV, "no such device"},
	{"devices.allow", unix.EPERM, "the parent cgroup does not allow it"},
	{"cgroup.procs", unix.EBUSY, "groups below this one have controllers, and then it may hold no processes itself"},
	{"cgroup.procs", unix.EOPNOTSUPP, "this cgroup is threaded, or is in a threaded one"},
	{"cgroup.procs", unix.ESRCH, "the process has ended"},
	{"cgroup.procs", unix.EACCES, "the user must own the cgroup above both, or have systemd move the process"},
	{"tasks", unix.ENOSPC, "its cpuset has no processor or no node"},
	{"cgroup.procs", unix.ENOSPC, "its cpuset has no processor or no node"},
	{"", unix.EACCES, hintDelegate},
	{"", unix.EPERM, hintDelegate},
	{"", unix.EROFS, "the cgroup file system is mounted read-only here"},
	{"", unix.ERANGE, "out of range"},
}

func hint(file string, err error) string {
	errno, ok := errors.AsType[unix.Errno](err)
	if !ok {
		return ""
	}
	for i := range hints {
		if h := &hints[i]; h.errno == errno && strings.HasPrefix(file, h.file) {
			return h.text
		}
	}
	return ""
}

// refused says whether the user may not do it, as opposed to nobody.
func refused(err error) bool {
	return errors.Is(err, unix.EACCES) || errors.Is(err, unix.EPERM) || errors.Is(err, unix.EROFS)
}

// gone says whether the cgroup has been removed meanwhile.
func gone(err error) bool { return errors.Is(err, unix.ENOENT) || errors.Is(err, unix.ENODEV) }
