package why

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/ns"
)

func bindRules() []rule {
	return []rule{
		{ops: []Op{OpMount}, errnos: []syscall.Errno{syscall.EINVAL}, find: bindUnbindable},
		{ops: []Op{OpMount}, errnos: []syscall.Errno{syscall.EINVAL}, find: bindLockedBelow},
	}
}

func bindUnbindable(f Failure, h *Host) (Explanation, bool) {
	m := h.mountOf(f.Source)
	if f.FSType != "" || m == nil || !strings.Contains(m.Optional, "unbindable") {
		return none()
	}
	return because(fmt.Sprintf("the mount on %s is unbindable", m.Mountpoint), "sudo mount --make-private "+m.Mountpoint)
}

// bindLockedBelow: a bind that leaves out the mounts below its source would
// show what they hide, so a less privileged mount namespace may not do it.
func bindLockedBelow(f Failure, h *Host) (Explanation, bool) {
	below := h.mountsBelow(filepath.Clean(f.Source))
	if f.FSType != "" || f.Source == "" || len(below) == 0 || hasOption(f.Options, "rbind") || !h.inherited(f) {
		return none()
	}
	return because(fmt.Sprintf("the mounts below %s (%s) are locked to it here, so it cannot be bound without them", f.Source, few(below)), "bind it with them: rbind instead of bind")
}

// inherited says that the process saw mounts which a more privileged mount
// namespace had made: those are locked (mount_namespaces(7)).
func (h *Host) inherited(f Failure) bool {
	return f.New.Has(ns.User) && f.New.Has(ns.Mount) || h.inNestedUserNS()
}

func persistRules() []rule {
	return []rule{
		{ops: []Op{OpPersist}, errnos: []syscall.Errno{syscall.EPERM}, find: persistPowerless},
		{ops: []Op{OpPersist}, errnos: []syscall.Errno{syscall.EINVAL}, find: persistShared},
		{ops: []Op{OpPersist}, errnos: []syscall.Errno{syscall.EINVAL}, find: persistOlder},
		{ops: []Op{OpPersist}, errnos: []syscall.Errno{syscall.EEXIST, syscall.EBUSY, syscall.EROFS}, find: readOnlyTarget},
	}
}

// persistPowerless: the bind is made by a process that stayed outside. For a
// bind the kernel has no other reason (may_mount in its namespace.c).
func persistPowerless(f Failure, h *Host) (Explanation, bool) {
	if owner, _ := h.owner("self", ns.Mount); !f.Inside && !h.lacks(unix.CAP_SYS_ADMIN) && owner != ownerOutside {
		return none()
	}
	return because("a namespace is kept by a bind mount outside it, which needs CAP_SYS_ADMIN over the mount namespace there",
		"run it as root, or in a user and a mount namespace made before: isle unshare --map-root-user --mount")
}

// persistShared: a mount namespace would propagate into itself.
func persistShared(f Failure, h *Host) (Explanation, bool) {
	m := h.mountOf(f.Target)
	if !f.Kinds.Has(ns.Mount) || !shared(m) {
		return none()
	}
	dir := filepath.Dir(f.Target)
	return because(fmt.Sprintf("a mount namespace can be kept only on a private mount, and the mount on %s is shared", m.Mountpoint),
		fmt.Sprintf("make one: sudo mount --bind %s %s && sudo mount --make-private %s", dir, dir, dir))
}

// persistOlder: a mount namespace can be kept only in an older one, which rules
// out itself.
func persistOlder(f Failure, h *Host) (Explanation, bool) {
	if !f.Kinds.Has(ns.Mount) || !h.live {
		return none()
	}
	source := f.Source
	if source == "" && f.PID != 0 {
		source = "/proc/" + f.target() + "/ns/mnt"
	}
	if !notNewer(source, "/proc/self/ns/mnt") {
		return none()
	}
	return because("a mount namespace can be kept only in one that was made before it, so that no two keep each other alive", "bind it from the mount namespace in which it was created")
}

// notNewer says whether one mount namespace was made no later than another, as
// far as the kernel tells: before 6.10 only whether they are the same.
func notNewer(one, other string) bool {
	this, ok1 := mountNSID(one)
	that, ok2 := mountNSID(other)
	if ok1 && ok2 {
		return this <= that
	}
	a, err1 := os.Stat(one)
	b, err2 := os.Stat(other)
	return err1 == nil && err2 == nil && os.SameFile(a, b)
}

// nsGetMountNSID is NS_GET_MNTNS_ID of linux/nsfs.h, whose ids grow with time.
const nsGetMountNSID = 0x8008b705

func mountNSID(path string) (id uint64, ok bool) {
	file, err := os.Open(path)
	if err != nil {
		return 0, false
	}
	defer file.Close()
	return ioctlUint64(int(file.Fd()), nsGetMountNSID)
}

func readOnlyTarget(f Failure, h *Host) (Explanation, bool) {
	m := h.mountOf(f.outside(f.Target))
	if f.Errno != unix.EROFS || m == nil || !hasOption(m.Options, "ro") && !hasOption(m.VFSOptions, "ro") {
		return none()
	}
	return because(fmt.Sprintf("%s is on %s, which is mounted read-only", f.Target, m.Mountpoint), "use a path on a writable mount, or create it beforehand")
}
