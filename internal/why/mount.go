package why

import (
	"fmt"
	"path"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/ns"
)

var mountOps = []Op{OpMount, OpRemount, OpUnmount, OpPropagate, OpPivot}

func mountRules() []rule {
	return []rule{
		{ops: mountOps, errnos: []syscall.Errno{syscall.EPERM}, find: overKind(ns.Mount, unix.CAP_SYS_ADMIN)},
		{ops: []Op{OpMount}, errnos: []syscall.Errno{syscall.ENODEV}, find: unknownFS},
		{ops: []Op{OpMount}, errnos: []syscall.Errno{syscall.EPERM}, find: initialOnly},
		{ops: []Op{OpMount}, errnos: []syscall.Errno{syscall.ENOTBLK}, find: notBlock},
		{ops: []Op{OpMount, OpPersist, OpPivot}, errnos: []syscall.Errno{syscall.ENOENT, syscall.ENOTDIR, syscall.EACCES, syscall.ELOOP}, find: mountPath},
		{ops: []Op{OpMount, OpPersist}, errnos: []syscall.Errno{syscall.ENOTDIR, syscall.EINVAL, syscall.EISDIR}, find: mountMismatch},
		{ops: []Op{OpUnmount, OpRemount, OpPropagate}, errnos: []syscall.Errno{syscall.ENOENT, syscall.ENOTDIR, syscall.EACCES, syscall.ELOOP}, find: targetPath},
		{ops: []Op{OpUnmount, OpRemount, OpPropagate}, errnos: []syscall.Errno{syscall.EINVAL}, find: notMountPoint},
		{ops: []Op{OpUnmount}, errnos: []syscall.Errno{syscall.EBUSY}, find: mountsOnTop},
	}
}

// unknownFS looks at /proc/filesystems, which lists what is built in or loaded.
func unknownFS(f Failure, h *Host) (Explanation, bool) {
	_, known, ok := h.fileSystem(f.FSType)
	if !ok || known || f.FSType == "" {
		return none()
	}
	return because(fmt.Sprintf("this kernel does not know the file system %q, and no module for it is loaded", f.FSType), "sudo modprobe "+f.FSType)
}

// fileSystem says whether a file system is known and whether it lives on a
// block device.
func (h *Host) fileSystem(name string) (block, known, ok bool) {
	text, ok := h.read("/proc/filesystems")
	for line := range strings.SplitSeq(text, "\n") {
		fields := strings.Fields(line)
		if len(fields) > 0 && fields[len(fields)-1] == name {
			return len(fields) == 1, true, ok
		}
	}
	return false, false, ok
}

// initialOnly: of the file systems on block devices none may be mounted from
// inside a user namespace, and of the others not all.
func initialOnly(f Failure, h *Host) (Explanation, bool) {
	block, known, _ := h.fileSystem(f.FSType)
	hostOnly := allows([]string{"devtmpfs", "debugfs", "tracefs", "securityfs", "hugetlbfs", "configfs", "pstore", "nfs", "nfs4", "cifs", "9p", "autofs", "efivarfs"}, f.FSType)
	if !known || !block && !hostOnly || !f.New.Has(ns.User) && !h.inNestedUserNS() {
		return none()
	}
	return because(fmt.Sprintf("the kernel lets only root of the first user namespace mount a %s file system", f.FSType),
		"mount it outside and bind it in, or run as root without a new user namespace")
}

func notBlock(f Failure, h *Host) (Explanation, bool) {
	return because(f.Source+" is not a block device", "for an image file set up a loop device first: losetup --find --show FILE")
}

func mountPath(f Failure, h *Host) (Explanation, bool) {
	if !h.live {
		return none()
	}
	// Without a type the source is a path; with one it may be any word.
	if f.FSType == "" || strings.HasPrefix(f.Source, "/") {
		if at, errno := blocked("", f.Source); f.Source != "" && errno == f.Errno {
			return because("of the source, "+describe("", at, errno), "correct the source's path")
		}
	}
	return targetPath(f, h)
}

func targetPath(f Failure, h *Host) (Explanation, bool) {
	at, errno := blocked(f.Root, f.Target)
	if !h.live || errno != f.Errno || f.Target == "" {
		return none()
	}
	remedy := "correct the path"
	if errno == syscall.ENOENT {
		remedy = "create it first: mkdir -p " + f.outside(f.Target)
	}
	if errno == syscall.ENOENT && f.Op == OpPersist {
		remedy = fmt.Sprintf("create it first, as a file: mkdir -p %s && touch %s", path.Dir(f.Target), f.Target)
	}
	return because("of the target, "+describe(f.Root, at, errno), remedy)
}

// mountMismatch: a directory goes on a directory, anything else on a non-directory.
func mountMismatch(f Failure, h *Host) (Explanation, bool) {
	target, err := stat(f.Root, f.Target)
	if !h.live || err != nil {
		return none()
	}
	directory := target.Mode&unix.S_IFMT == unix.S_IFDIR
	if f.FSType != "" && !directory {
		return because(f.Target+" is not a directory, and a file system can be mounted only on one", "mkdir -p "+f.outside(f.Target))
	}
	source, err := stat("", f.Source)
	if f.FSType != "" || err != nil || directory == (source.Mode&unix.S_IFMT == unix.S_IFDIR) {
		return none()
	}
	if directory {
		return because(fmt.Sprintf("%s is a directory and %s is not", f.Target, f.Source), "bind it onto a file: touch FILE")
	}
	return because(fmt.Sprintf("%s is a directory and %s is not", f.Source, f.Target), "bind it onto a directory: mkdir DIR")
}

// notMountPoint has the special case of "/" in a chroot, which is no mount
// point although every root looks like one.
func notMountPoint(f Failure, h *Host) (Explanation, bool) {
	if !h.live || f.Target == "" || f.New.Has(ns.Mount) && f.outside(f.Target) != "/" {
		return none() // the plan may have mounted something there, out of sight
	}
	if yes, known := isMountPoint(f.Root, f.Target); yes || !known {
		return none()
	}
	if f.Target == "/" && f.Root == "" {
		return because("this process runs in a chroot, whose root directory is not a mount point, so its mounts cannot be changed as a whole",
			"leave the propagation alone (--propagation unchanged), or bind the directory on itself before the chroot: mount --bind DIR DIR")
	}
	return because(f.Target+" is not a mount point", "name a mount point (findmnt lists them), or make it one: mount --bind DIR DIR")
}

func mountsOnTop(f Failure, h *Host) (Explanation, bool) {
	below := h.mountsBelow(f.outside(f.Target))
	if len(below) == 0 {
		return none()
	}
	return because("other mounts lie below it: "+few(below), "unmount those first, or all at once: umount -R, or umount -l")
}
