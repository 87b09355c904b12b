package why

import (
	"syscall"

	"golang.org/x/sys/unix"

	"isle/ns"
)

func networkRules() []rule {
	return []rule{
		{ops: []Op{OpNetwork}, errnos: []syscall.Errno{syscall.EPERM}, find: overKind(ns.Net, unix.CAP_NET_ADMIN)},
		{ops: []Op{OpNetwork}, errnos: []syscall.Errno{syscall.ENODEV, syscall.ENXIO}, find: linkMissing},
		{ops: []Op{OpHostname}, errnos: []syscall.Errno{syscall.EPERM}, find: overKind(ns.UTS, unix.CAP_SYS_ADMIN)},
		{ops: []Op{OpHostname}, errnos: []syscall.Errno{syscall.EINVAL}, find: nameTooLong},
	}
}

// linkMissing cannot look into the process's network namespace, but the kernel
// has no other reason.
func linkMissing(f Failure, h *Host) (Explanation, bool) {
	if f.Target == "" {
		return none()
	}
	return because("there is no network interface "+f.Target+" in the process's network namespace", "ip link shows which there are")
}

// nameTooLong: the kernel has no other reason for EINVAL (sethostname(2)).
func nameTooLong(f Failure, h *Host) (Explanation, bool) {
	return because("the name is longer than the 64 bytes that the kernel keeps", "use a shorter one")
}
