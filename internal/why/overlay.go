package why

import (
	"fmt"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/ns"
)

func overlayRules() []rule {
	return []rule{
		{ops: []Op{OpMount}, errnos: []syscall.Errno{syscall.EPERM, syscall.ENODEV}, find: overlay(overlayOld)},
		{ops: []Op{OpMount}, errnos: []syscall.Errno{syscall.ENOENT, syscall.EINVAL, syscall.ENOTDIR, syscall.EACCES}, find: overlay(overlayLayerMissing)},
		{ops: []Op{OpMount}, errnos: []syscall.Errno{syscall.EINVAL}, find: overlay(overlayNoWork)},
		{ops: []Op{OpMount}, errnos: []syscall.Errno{syscall.EINVAL}, find: overlay(overlayUpper)},
		{ops: []Op{OpMount}, errnos: []syscall.Errno{syscall.EINVAL}, find: overlay(overlayWork)},
		{ops: []Op{OpMount}, errnos: []syscall.Errno{syscall.EBUSY, syscall.ESTALE}, find: overlay(overlayBusy)},
		{ops: []Op{OpMount}, errnos: []syscall.Errno{syscall.ESTALE}, find: overlay(overlayStale)},
		{ops: []Op{OpMount}, errnos: []syscall.Errno{syscall.EINVAL}, find: overlay(overlayDeep)},
		{ops: []Op{OpMount}, errnos: []syscall.Errno{syscall.EROFS}, find: overlay(overlayReadOnly)},
	}
}

// layers are the directories of an overlay (the kernel's filesystems/overlayfs).
type layers struct {
	lower       []string
	upper, work string
}

func overlay(find func(Failure, *Host, layers) (Explanation, bool)) func(Failure, *Host) (Explanation, bool) {
	return func(f Failure, h *Host) (Explanation, bool) {
		if f.FSType != "overlay" || !h.live {
			return none()
		}
		upper, _ := option(f.Options, "upperdir")
		work, _ := option(f.Options, "workdir")
		lower, _ := option(f.Options, "lowerdir")
		return find(f, h, layers{strings.FieldsFunc(lower, func(r rune) bool { return r == ':' }), upper, work})
	}
}

func overlayOld(f Failure, h *Host, _ layers) (Explanation, bool) {
	if h.before(5, 11) && (f.New.Has(ns.User) || h.inNestedUserNS()) {
		return because("this kernel lets no user namespace mount an overlay, which came with Linux 5.11", "run Linux 5.11 or later, or mount it as root")
	}
	return none()
}

func overlayLayerMissing(f Failure, _ *Host, l layers) (Explanation, bool) {
	for _, dir := range append(slices.Clone(l.lower), l.upper, l.work) {
		if dir == "" {
			continue
		}
		if at, errno := blocked("", dir); errno == f.Errno {
			return because("of the overlay's directories, "+describe("", at, errno), "mkdir -p "+dir)
		}
		if st, err := stat("", dir); err == nil && st.Mode&unix.S_IFMT != unix.S_IFDIR {
			return because(dir+" is not a directory", "use directories as layers")
		}
	}
	return none()
}

func overlayNoWork(_ Failure, _ *Host, l layers) (Explanation, bool) {
	if (l.upper == "") == (l.work == "") {
		return none()
	}
	return because("an overlay with an upper directory needs a work directory too, and the other way round", "give both upperdir= and workdir=")
}

// unfitUppers are file systems that cannot be the writable layer, for want of
// whiteouts, d_type or extended attributes.
var unfitUppers = [...]struct {
	magic int64
	name  string
}{
	{unix.OVERLAYFS_SUPER_MAGIC, "an overlay itself"}, {unix.NFS_SUPER_MAGIC, "on NFS"},
	{unix.MSDOS_SUPER_MAGIC, "on FAT"}, {unix.PROC_SUPER_MAGIC, "on proc"}, {unix.SYSFS_MAGIC, "on sysfs"},
	{unix.SQUASHFS_MAGIC, "on squashfs"}, {unix.ISOFS_SUPER_MAGIC, "on ISO 9660"}, {unix.CRAMFS_MAGIC, "on cramfs"},
	{0xff534d42, "on CIFS"}, {0xfe534d42, "on SMB"}, {0x01021997, "on 9P"}, {0x65735546, "on FUSE"}, {0x2011bab0, "on exFAT"},
}

func overlayUpper(_ Failure, _ *Host, l layers) (Explanation, bool) {
	var st unix.Statfs_t
	if l.upper == "" || unix.Statfs(l.upper, &st) != nil {
		return none()
	}
	for _, u := range unfitUppers {
		if int64(st.Type) == u.magic {
			return because(fmt.Sprintf("the overlay's upper directory %s is %s, which cannot hold one", l.upper, u.name),
				"put upperdir and workdir on ext4, xfs, btrfs or tmpfs, for instance: mount -t tmpfs tmpfs DIR")
		}
	}
	return none()
}

func overlayWork(_ Failure, h *Host, l layers) (Explanation, bool) {
	upper, ok1 := identify(l.upper)
	work, ok2 := identify(l.work)
	switch {
	case !ok1 || !ok2:
		return none()
	case upper.Mnt_id != work.Mnt_id || upper.Dev_major != work.Dev_major || upper.Dev_minor != work.Dev_minor:
		return because(fmt.Sprintf("the overlay's work directory %s is not on the same mount as its upper directory %s", l.work, l.upper), "put both on one mount, side by side")
	case within(l.work, l.upper) || within(l.upper, l.work):
		return because("the overlay's upper and work directories lie inside each other", "put them side by side")
	}
	return none()
}

func overlayBusy(_ Failure, h *Host, l layers) (Explanation, bool) {
	for _, m := range h.mounts() {
		upper, _ := option(m.VFSOptions, "upperdir")
		work, _ := option(m.VFSOptions, "workdir")
		if m.FSType == "overlay" && upper != "" && (upper == l.upper || work == l.work) {
			return because(fmt.Sprintf("the overlay mounted on %s uses the same upper or work directory", m.Mountpoint), "use directories of its own, or first: umount "+m.Mountpoint)
		}
	}
	return none()
}

func overlayStale(_ Failure, _ *Host, l layers) (Explanation, bool) {
	return because("the upper directory was used before over other lower directories, or has been copied, and its index no longer fits them",
		"use the same lower directories in the same order, begin with an empty upper and work directory, or mount with index=off")
}

func overlayDeep(_ Failure, h *Host, l layers) (Explanation, bool) {
	for _, dir := range l.lower {
		m := h.mountOf(dir)
		if m == nil || m.FSType != "overlay" {
			continue
		}
		below, _ := option(m.VFSOptions, "lowerdir")
		for b := range strings.SplitSeq(below, ":") {
			if under := h.mountOf(b); under != nil && under.FSType == "overlay" && under.ID != m.ID {
				return because(fmt.Sprintf("%s is already an overlay over an overlay, and the kernel stacks two at most", dir), "name the layers of the lower overlay themselves as lowerdir=A:B")
			}
		}
	}
	return none()
}

func overlayReadOnly(_ Failure, h *Host, l layers) (Explanation, bool) {
	m := h.mountOf(l.upper)
	if m == nil || l.upper == "" || !hasOption(m.Options, "ro") && !hasOption(m.VFSOptions, "ro") {
		return none()
	}
	return because(fmt.Sprintf("the overlay's upper directory is on %s, which is mounted read-only", m.Mountpoint), "use a directory on a writable file system")
}
