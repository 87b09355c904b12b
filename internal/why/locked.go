package why

import (
	"fmt"
	"strings"
	"syscall"

	"isle/ns"
)

func lockedRules() []rule {
	return []rule{
		{ops: []Op{OpRemount, OpMount}, errnos: []syscall.Errno{syscall.EPERM}, find: lockedFlags},
		{ops: []Op{OpUnmount, OpMount}, errnos: []syscall.Errno{syscall.EINVAL}, find: lockedMount},
		{ops: []Op{OpRemount}, errnos: []syscall.Errno{syscall.EBUSY}, find: remountBusy},
	}
}

// lockable are the flags that a less privileged mount namespace may not clear
// on mounts it inherited (mount_namespaces(7)).
var lockable = [...]string{"ro", "nosuid", "nodev", "noexec", "noatime", "nodiratime"}

// lockedFlags names the flags that the mount has and the remount did not ask to keep.
func lockedFlags(f Failure, h *Host) (Explanation, bool) {
	file := f.outside(f.Target)
	if f.Source != "" {
		file = f.Source // a bind has the flags of what it shows
	}
	m := h.mountOf(file)
	if m == nil || !h.inherited(f) || f.FSType != "" {
		return none()
	}
	var lost []string
	for _, flag := range lockable {
		if hasOption(m.Options, flag) && !hasOption(f.Options, flag) {
			lost = append(lost, flag)
		}
	}
	if len(lost) == 0 {
		return none()
	}
	return because(
		fmt.Sprintf("the mount on %s came from a more privileged mount namespace, which locks its flags (%s) against clearing", m.Mountpoint, strings.Join(lost, ",")),
		"keep those flags in the new mount options: "+strings.Join(lost, ","))
}

// lockedMount: what was mounted outside hides what is below it and stays.
func lockedMount(f Failure, h *Host) (Explanation, bool) {
	if f.Op == OpMount && f.Syscall != "move_mount" && f.Syscall != "mount" || f.FSType != "" {
		return none()
	}
	file := f.outside(f.Target)
	if f.Op == OpMount {
		file = f.Source
	}
	m := h.mountAt(file)
	if m == nil || !h.inherited(f) {
		return none()
	}
	remedy := "mount over it instead, or leave the whole tree behind with pivot_root"
	if !f.New.Has(ns.Mount) {
		remedy = "unmount it in the mount namespace that mounted it"
	}
	return because(fmt.Sprintf("the mount on %s came from a more privileged mount namespace and is locked in place here", m.Mountpoint), remedy)
}

func remountBusy(f Failure, h *Host) (Explanation, bool) {
	if !hasOption(f.Options, "ro") {
		return none()
	}
	return because("a file on it is open for writing", "make the bind read-only before anything opens files in it (fuser -vm "+f.Target+" shows who has some)")
}
