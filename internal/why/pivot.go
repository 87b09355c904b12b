package why

import (
	"fmt"
	"path/filepath"
	"syscall"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"

	"isle/ns"
)

func pivotRules() []rule {
	return []rule{
		{ops: []Op{OpPivot}, errnos: []syscall.Errno{syscall.EINVAL}, find: pivotNotMount},
		{ops: []Op{OpPivot}, errnos: []syscall.Errno{syscall.EINVAL}, find: pivotRootfs},
		{ops: []Op{OpPivot}, errnos: []syscall.Errno{syscall.EINVAL}, find: pivotChrooted},
		{ops: []Op{OpPivot}, errnos: []syscall.Errno{syscall.EINVAL}, find: pivotShared},
		{ops: []Op{OpPivot}, errnos: []syscall.Errno{syscall.EINVAL}, find: pivotUnseen},
		{ops: []Op{OpPivot}, errnos: []syscall.Errno{syscall.EBUSY}, find: pivotSame},
		{ops: []Op{OpChroot}, errnos: []syscall.Errno{syscall.EPERM}, find: overKind(ns.User, unix.CAP_SYS_CHROOT)},
		{ops: []Op{OpChroot, OpChdir}, errnos: []syscall.Errno{syscall.ENOENT, syscall.ENOTDIR, syscall.EACCES, syscall.ELOOP}, find: enterPath},
	}
}

// newRoot is the directory being pivoted or chrooted into, as the caller sees it.
func (f Failure) newRoot() string {
	if f.Root != "" {
		return filepath.Clean(f.Root)
	}
	return filepath.Clean(f.Target)
}

// pivotNotMount cannot speak of mounts that the plan itself was to make in its
// own mount namespace.
func pivotNotMount(f Failure, h *Host) (Explanation, bool) {
	yes, known := isMountPoint("", f.newRoot())
	if !h.live || yes || !known || f.New.Has(ns.Mount) {
		return none()
	}
	return because(f.newRoot()+" is not a mount point, and pivot_root needs one",
		fmt.Sprintf("bind it on itself first: mount --bind %s %s", f.newRoot(), f.newRoot()))
}

// pivotRootfs: the first root file system cannot be moved (pivot_root(2)).
func pivotRootfs(f Failure, h *Host) (Explanation, bool) {
	m := h.mountAt("/")
	if m == nil || m.FSType != "rootfs" && m.ID != m.Parent {
		return none()
	}
	return because("this system runs from its initial RAM file system, which is the root of all mounts and cannot be moved away",
		"use chroot instead of pivot_root, or copy the system to a tmpfs and switch_root to that first")
}

func pivotChrooted(f Failure, h *Host) (Explanation, bool) {
	if !h.chrooted() {
		return none()
	}
	return because("this process runs in a chroot, and pivot_root works only from the root of the mount namespace", "leave the chroot, or bind its directory on itself before the chroot")
}

// pivotShared: neither the new root's parent mount nor the current root may
// propagate to others.
func pivotShared(f Failure, h *Host) (Explanation, bool) {
	root, new := h.mountAt("/"), h.mountAt(f.newRoot())
	var parent *mountinfo.Info
	for _, m := range h.mounts() {
		if new != nil && m.ID == new.Parent {
			parent = m
		}
	}
	for _, m := range [...]*mountinfo.Info{parent, root} {
		if shared(m) && !f.New.Has(ns.Mount) {
			return because(fmt.Sprintf("the mount on %s is shared with other mount namespaces, and pivot_root would change them too", m.Mountpoint),
				"make the mounts private first, in a mount namespace of its own: --mount --propagation private (mount --make-rprivate /)")
		}
	}
	return none()
}

// pivotUnseen is for a mount namespace of the plan's own, which has gone with
// the process that failed.
func pivotUnseen(f Failure, h *Host) (Explanation, bool) {
	if !f.New.Has(ns.Mount) {
		return none()
	}
	return Explanation{
		oneOf([]string{f.newRoot() + " is not a mount point", "the mount it is on, or the current root, is shared"}),
		fmt.Sprintf("bind it on itself (mount --bind %s %s) and make the mounts private first (--propagation private)", f.newRoot(), f.newRoot()),
	}, true
}

func pivotSame(f Failure, h *Host) (Explanation, bool) {
	root, ok1 := identify("/")
	new, ok2 := identify(f.newRoot())
	if !h.live || !ok1 || !ok2 || root.Mnt_id != new.Mnt_id {
		return none()
	}
	return because(f.newRoot()+" is on the same mount as the current root, which pivot_root cannot swap with itself",
		fmt.Sprintf("bind it on itself first: mount --bind %s %s", f.newRoot(), f.newRoot()))
}

func enterPath(f Failure, h *Host) (Explanation, bool) {
	root, dir := f.Root, f.Target
	if f.Op == OpChroot && dir == "" {
		root, dir = "", f.Root
	}
	if !h.live || dir == "" {
		return none()
	}
	if at, errno := blocked(root, dir); errno == f.Errno {
		return because(describe(root, at, errno), "choose a directory that exists there")
	}
	if st, err := stat(root, dir); err == nil && st.Mode&unix.S_IFMT != unix.S_IFDIR {
		return because(dir+" is not a directory", "choose a directory")
	}
	return none()
}
