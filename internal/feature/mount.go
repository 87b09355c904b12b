package feature

import (
	"errors"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// mountRefusal is what a mount call answers that has nothing wrong with it but
// its arguments: EPERM comes first if the caller may not mount.
var mountRefusal = []syscall.Errno{unix.EPERM, unix.EINVAL, unix.EBADF, unix.EFAULT}

var invalid = []syscall.Errno{unix.EINVAL}

// The probes of mounting by descriptor and of looking at mounts.
var (
	Openat2 = &Probe{
		Name: "openat2", Area: Mounts, Since: Version{5, 6}, need: byAll,
		For:      "paths of an image or a bundle that cannot lead out of its root",
		question: try(askOpenat2),
	}
	OpenTree = &Probe{
		Name: "open_tree", Area: Mounts, Since: Version{5, 2}, need: byAll,
		For:      "binding a directory by descriptor",
		question: kernelCall{nr: unix.SYS_OPEN_TREE, args: [6]uintptr{bad, 0, bad}, want: invalid},
	}
	MoveMount = &Probe{
		Name: "move_mount", Area: Mounts, Since: Version{5, 2}, need: byAll,
		For:      "attaching a mount to a target that was checked, not named",
		question: kernelCall{nr: unix.SYS_MOVE_MOUNT, args: [6]uintptr{bad, 0, bad, 0, bad}, want: mountRefusal},
	}
	Fsopen = &Probe{
		Name: "fsopen", Area: Mounts, Since: Version{5, 2}, need: byAll,
		For:      "setting a file system up option by option, with the kernel's own error text",
		question: kernelCall{nr: unix.SYS_FSOPEN, args: [6]uintptr{0, bad}, want: mountRefusal},
	}
	Fsmount = &Probe{
		Name: "fsmount", Area: Mounts, Since: Version{5, 2}, need: byAll,
		For:      "a mount that is in no tree until it is complete",
		question: kernelCall{nr: unix.SYS_FSMOUNT, args: [6]uintptr{bad, bad, bad}, want: mountRefusal},
	}
	MountSetattr = &Probe{
		Name: "mount_setattr", Area: Mounts, Since: Version{5, 12}, need: byAll,
		For:      "making a whole tree of mounts read-only or private at once",
		question: kernelCall{nr: unix.SYS_MOUNT_SETATTR, args: [6]uintptr{bad, 0, bad}, want: invalid},
	}
	OpenTreeAttr = &Probe{
		Name: "open_tree_attr", Area: Mounts, Since: Version{6, 15},
		For:      "changing the id map of a mount that already has one",
		question: kernelCall{nr: unix.SYS_OPEN_TREE_ATTR, args: [6]uintptr{bad, 0, bad}, want: invalid},
	}
	Statmount = &Probe{
		Name: "statmount", Area: Mounts, Since: Version{6, 8},
		For:      "looking at one mount without reading all of mountinfo",
		question: kernelCall{nr: unix.SYS_STATMOUNT, args: [6]uintptr{0, 0, 0, bad}, want: invalid},
	}
	Listmount = &Probe{
		Name: "listmount", Area: Mounts, Since: Version{6, 8},
		For:      "the mounts of a namespace that no process is in",
		question: kernelCall{nr: unix.SYS_LISTMOUNT, args: [6]uintptr{0, 0, 0, bad}, want: invalid},
	}
	IDMappedMounts = &Probe{
		Name: "idmapped mounts", Area: Mounts, Since: Version{5, 12},
		For:      "a root shared by islands with different ids, without chown",
		question: try(askIDMapped),
	}
)

func askOpenat2() (string, error) {
	how := unix.OpenHow{Flags: unix.O_PATH | unix.O_CLOEXEC, Resolve: unix.RESOLVE_IN_ROOT | unix.RESOLVE_NO_MAGICLINKS}
	fd, err := unix.Openat2(unix.AT_FDCWD, "/", &how)
	if err != nil {
		return answer("openat2", err)
	}
	return "", unix.Close(fd)
}

// askIDMapped gives a descriptor that is none for the user namespace: only a
// kernel that looks for the id map minds. Which file systems take one is another
// question.
func askIDMapped() (string, error) {
	attr := unix.MountAttr{Attr_set: unix.MOUNT_ATTR_IDMAP, Userns_fd: noFile}
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(&attr)), unsafe.Sizeof(attr))
	s := new(script)
	s.call("mount_setattr", unix.SYS_MOUNT_SETATTR, unix.AT_FDCWD, "/", 0, bytes, len(bytes))
	err := s.run(unix.CLONE_NEWNS | userFlag())
	switch failed, ok := errors.AsType[*callError](err); {
	case !ok || failed.call < 0:
		return "", err
	case failed.errno == unix.EBADF:
		return "", nil
	case failed.errno == unix.ENOSYS, failed.errno == unix.EINVAL:
		return "", ErrNotSupported
	}
	return "", err
}
