package why

import (
	"fmt"

	"golang.org/x/sys/unix"

	"isle/ns"
)

func seccompRules() []rule { return []rule{{find: filtered}} }

// filtered says whether a seccomp filter on this process refused the call. A
// filter answers before the kernel looks at the arguments, so the same call is
// made with arguments that the kernel must refuse in another way: getting the
// failure's errno all the same proves the filter.
func filtered(f Failure, h *Host) (Explanation, bool) {
	if mode, _ := h.status("Seccomp"); mode != "2" || !h.live {
		return none()
	}
	for _, c := range harmless {
		if c.name != f.Syscall || c.want == f.Errno || c.privileged && !privileged(h) {
			continue
		}
		first := c.args[0]
		if c.flags {
			first |= uintptr(f.Kinds.Flags())
		}
		if _, _, got := unix.RawSyscall6(c.nr, first, c.args[1], c.args[2], c.args[3], c.args[4], 0); got == f.Errno {
			return because(
				fmt.Sprintf("a seccomp filter on this process refuses %s", f.Syscall),
				fmt.Sprintf("allow %s in the filter of the container or service that this runs in (docker, podman: --security-opt seccomp=PROFILE.json or =unconfined; systemd: SystemCallFilter=)", f.Syscall))
		}
	}
	return none()
}

// privileged says that the kernel's checks of the caller's power over its mount
// and uts namespaces are known to pass.
func privileged(h *Host) bool {
	mount, _ := h.owner("self", ns.Mount)
	uts, _ := h.owner("self", ns.UTS)
	return h.holds(unix.CAP_SYS_ADMIN) && mount == ownerMine && uts == ownerMine
}

const (
	minusOne  = ^uintptr(0)
	badFlags  = uintptr(0x7fff_ff01)
	badShared = unix.CLONE_THREAD | unix.CLONE_FS // needs CLONE_SIGHAND too
)

// harmless are system calls with arguments by which they can do nothing, and
// what the kernel then answers. The flags of the namespaces concerned are added
// to the first argument where the column says so: filters look at them.
// Calls marked privileged check the caller's power before their arguments.
var harmless = [...]struct {
	name              string
	nr                uintptr
	args              [5]uintptr
	want              unix.Errno
	flags, privileged bool
}{
	{"clone", unix.SYS_CLONE, [5]uintptr{badShared}, unix.EINVAL, true, false},
	{"clone3", unix.SYS_CLONE3, [5]uintptr{}, unix.EINVAL, false, false},
	{"unshare", unix.SYS_UNSHARE, [5]uintptr{1}, unix.EINVAL, true, false},
	{"setns", unix.SYS_SETNS, [5]uintptr{minusOne}, unix.EBADF, false, false},
	{"mount", unix.SYS_MOUNT, [5]uintptr{}, unix.EFAULT, false, false},
	{"umount2", unix.SYS_UMOUNT2, [5]uintptr{0, badFlags}, unix.EINVAL, false, false},
	{"open_tree", unix.SYS_OPEN_TREE, [5]uintptr{minusOne, 0, badFlags}, unix.EINVAL, false, false},
	{"mount_setattr", unix.SYS_MOUNT_SETATTR, [5]uintptr{minusOne, 0, badFlags}, unix.EINVAL, false, false},
	{"fsconfig", unix.SYS_FSCONFIG, [5]uintptr{minusOne}, unix.EINVAL, false, false},
	{"fsopen", unix.SYS_FSOPEN, [5]uintptr{0, badFlags}, unix.EINVAL, false, true},
	{"fsmount", unix.SYS_FSMOUNT, [5]uintptr{minusOne, badFlags}, unix.EINVAL, false, true},
	{"move_mount", unix.SYS_MOVE_MOUNT, [5]uintptr{minusOne, 0, minusOne, 0, badFlags}, unix.EINVAL, false, true},
	{"pivot_root", unix.SYS_PIVOT_ROOT, [5]uintptr{}, unix.EFAULT, false, true},
	{"sethostname", unix.SYS_SETHOSTNAME, [5]uintptr{0, minusOne}, unix.EINVAL, false, true},
	{"setdomainname", unix.SYS_SETDOMAINNAME, [5]uintptr{0, minusOne}, unix.EINVAL, false, true},
	{"chroot", unix.SYS_CHROOT, [5]uintptr{}, unix.EFAULT, false, false},
	{"mknodat", unix.SYS_MKNODAT, [5]uintptr{minusOne}, unix.EFAULT, false, false},
	{"openat2", unix.SYS_OPENAT2, [5]uintptr{minusOne}, unix.EINVAL, false, false},
	{"setuid", unix.SYS_SETUID, [5]uintptr{minusOne}, unix.EINVAL, false, false},
	{"setgid", unix.SYS_SETGID, [5]uintptr{minusOne}, unix.EINVAL, false, false},
	{"setresuid", unix.SYS_SETRESUID, [5]uintptr{minusOne, minusOne, minusOne}, 0, false, false},
	{"setresgid", unix.SYS_SETRESGID, [5]uintptr{minusOne, minusOne, minusOne}, 0, false, false},
	{"capset", unix.SYS_CAPSET, [5]uintptr{}, unix.EFAULT, false, false},
	{"seccomp", unix.SYS_SECCOMP, [5]uintptr{badFlags}, unix.EINVAL, false, false},
	{"execve", unix.SYS_EXECVE, [5]uintptr{}, unix.EFAULT, false, false},
	{"execveat", unix.SYS_EXECVEAT, [5]uintptr{minusOne}, unix.EFAULT, false, false},
}
