package program

import (
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// ErrnoName is the symbolic name of an errno, "EPERM".
func ErrnoName(errno int) string {
	if s := unix.ErrnoName(unix.Errno(errno)); s != "" {
		return s
	}
	return strconv.Itoa(errno)
}

// A Flag names one bit of a system call's flags.
type Flag struct {
	Bit  uint64
	Name string
}

// FlagNames spells v out as names joined by "|", the rest in hexadecimal.
func FlagNames(v uint64, table []Flag) string {
	var names []string
	for _, f := range table {
		if v&f.Bit == f.Bit {
			names = append(names, f.Name)
			v &^= f.Bit
		}
	}
	if v != 0 || len(names) == 0 {
		rest := strconv.FormatUint(v, 10)
		if v > 9 {
			rest = "0x" + strconv.FormatUint(v, 16)
		}
		names = append(names, rest)
	}
	return strings.Join(names, "|")
}

// flagTable is the table for argument k of a system call, nil if it has none.
func flagTable(call string, k int) []Flag {
	switch call + " " + strconv.Itoa(k) {
	case "mount 3":
		return mountFlags
	case "unshare 0", "setns 1", "clone3 flags":
		return CloneFlags
	case "umount2 1":
		return []Flag{{unix.MNT_DETACH, "MNT_DETACH"}, {unix.UMOUNT_NOFOLLOW, "UMOUNT_NOFOLLOW"}}
	case "openat 2":
		return openFlags
	case "open_tree 2":
		return []Flag{{unix.OPEN_TREE_CLONE, "OPEN_TREE_CLONE"}, {unix.OPEN_TREE_CLOEXEC, "OPEN_TREE_CLOEXEC"},
			{unix.AT_RECURSIVE, "AT_RECURSIVE"}, {unix.AT_EMPTY_PATH, "AT_EMPTY_PATH"}, {unix.AT_SYMLINK_NOFOLLOW, "AT_SYMLINK_NOFOLLOW"}}
	case "move_mount 4":
		return []Flag{{unix.MOVE_MOUNT_F_EMPTY_PATH, "MOVE_MOUNT_F_EMPTY_PATH"}, {unix.MOVE_MOUNT_T_EMPTY_PATH, "MOVE_MOUNT_T_EMPTY_PATH"}}
	case "fsmount 2":
		return MountAttrs
	case "mount_setattr 2", "execveat 4":
		return []Flag{{unix.AT_EMPTY_PATH, "AT_EMPTY_PATH"}, {unix.AT_RECURSIVE, "AT_RECURSIVE"}}
	case "close_range 2":
		return []Flag{{unix.CLOSE_RANGE_CLOEXEC, "CLOSE_RANGE_CLOEXEC"}, {unix.CLOSE_RANGE_UNSHARE, "CLOSE_RANGE_UNSHARE"}}
	}
	return nil
}

// CloneFlags names the CLONE_* flags that isle uses (clone(2)).
var CloneFlags = []Flag{
	{unix.CLONE_NEWUSER, "CLONE_NEWUSER"}, {unix.CLONE_NEWCGROUP, "CLONE_NEWCGROUP"}, {unix.CLONE_NEWIPC, "CLONE_NEWIPC"},
	{unix.CLONE_NEWUTS, "CLONE_NEWUTS"}, {unix.CLONE_NEWNET, "CLONE_NEWNET"}, {unix.CLONE_NEWPID, "CLONE_NEWPID"},
	{unix.CLONE_NEWNS, "CLONE_NEWNS"}, {unix.CLONE_NEWTIME, "CLONE_NEWTIME"}, {unix.CLONE_VM, "CLONE_VM"},
	{unix.CLONE_VFORK, "CLONE_VFORK"}, {unix.CLONE_PARENT, "CLONE_PARENT"}, {unix.CLONE_PIDFD, "CLONE_PIDFD"},
	{unix.CLONE_PARENT_SETTID, "CLONE_PARENT_SETTID"}, {unix.CLONE_CLEAR_SIGHAND, "CLONE_CLEAR_SIGHAND"},
	{unix.CLONE_INTO_CGROUP, "CLONE_INTO_CGROUP"},
}

var mountFlags = []Flag{
	{unix.MS_RDONLY, "MS_RDONLY"}, {unix.MS_NOSUID, "MS_NOSUID"}, {unix.MS_NODEV, "MS_NODEV"}, {unix.MS_NOEXEC, "MS_NOEXEC"},
	{unix.MS_REMOUNT, "MS_REMOUNT"}, {unix.MS_BIND, "MS_BIND"}, {unix.MS_MOVE, "MS_MOVE"}, {unix.MS_REC, "MS_REC"},
	{unix.MS_PRIVATE, "MS_PRIVATE"}, {unix.MS_SLAVE, "MS_SLAVE"}, {unix.MS_SHARED, "MS_SHARED"}, {unix.MS_UNBINDABLE, "MS_UNBINDABLE"},
	{unix.MS_STRICTATIME, "MS_STRICTATIME"}, {unix.MS_NOATIME, "MS_NOATIME"}, {unix.MS_RELATIME, "MS_RELATIME"},
	{unix.MS_NOSYMFOLLOW, "MS_NOSYMFOLLOW"},
}

var openFlags = []Flag{
	{unix.O_PATH, "O_PATH"}, {unix.O_DIRECTORY, "O_DIRECTORY"}, {unix.O_NOFOLLOW, "O_NOFOLLOW"}, {unix.O_RDWR, "O_RDWR"},
	{unix.O_WRONLY, "O_WRONLY"}, {unix.O_CREAT, "O_CREAT"}, {unix.O_EXCL, "O_EXCL"}, {unix.O_NOCTTY, "O_NOCTTY"},
	{unix.O_CLOEXEC, "O_CLOEXEC"}, {unix.O_APPEND, "O_APPEND"},
}

// MountAttrs names the MOUNT_ATTR_* flags (mount_setattr(2)).
var MountAttrs = []Flag{
	{unix.MOUNT_ATTR_RDONLY, "MOUNT_ATTR_RDONLY"}, {unix.MOUNT_ATTR_NOSUID, "MOUNT_ATTR_NOSUID"}, {unix.MOUNT_ATTR_NODEV, "MOUNT_ATTR_NODEV"},
	{unix.MOUNT_ATTR_NOEXEC, "MOUNT_ATTR_NOEXEC"}, {unix.MOUNT_ATTR_STRICTATIME, "MOUNT_ATTR_STRICTATIME"},
}
