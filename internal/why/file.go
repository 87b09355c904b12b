package why

import (
	"fmt"
	"path"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/ns"
)

func fileRules() []rule {
	return []rule{
		{errnos: []syscall.Errno{syscall.ENOENT, syscall.ENODEV}, find: noProc},
		{ops: []Op{OpFile}, errnos: []syscall.Errno{syscall.EPERM}, calls: []string{"mknod", "mknodat"}, find: deviceNode},
		{ops: []Op{OpFile}, errnos: []syscall.Errno{syscall.EROFS}, find: readOnlyTarget},
		{ops: []Op{OpFile}, errnos: []syscall.Errno{syscall.EOVERFLOW}, find: foreignFS},
		{ops: []Op{OpFile}, errnos: []syscall.Errno{syscall.ENOENT, syscall.ENOTDIR, syscall.ELOOP, syscall.EACCES}, find: filePath},
		{ops: []Op{OpFile}, errnos: []syscall.Errno{syscall.EEXIST, syscall.EISDIR}, find: fileExists},
		{ops: []Op{OpFile}, errnos: []syscall.Errno{syscall.ENOSPC}, find: fileSpace},
	}
}

// noProc: much of what a process may set of itself is a file there.
func noProc(f Failure, h *Host) (Explanation, bool) {
	if !strings.Contains(f.Doing, "/proc") || !h.live || h.exists("/proc/self") {
		return none()
	}
	return because("no proc file system is mounted on /proc in this root", "mount it first: mount -t proc proc /proc")
}

// deviceNode: CAP_MKNOD counts in the first user namespace alone (mknod(2)).
func deviceNode(f Failure, h *Host) (Explanation, bool) {
	if !f.New.Has(ns.User) && !h.inNestedUserNS() && !h.lacks(unix.CAP_MKNOD) {
		return none()
	}
	return because("device nodes can be made only with CAP_MKNOD in the first user namespace, which this process does not have",
		"bind the host's node onto a file instead: mount --bind /dev/NAME TARGET")
}

// foreignFS needs no probe: creating a file has no other reason for EOVERFLOW.
func foreignFS(f Failure, h *Host) (Explanation, bool) {
	return because("the process's user or group id has no mapping in the user namespace that this file system belongs to, so nothing it makes could have an owner",
		"map the id (--map-root-user, --map-auto), or use a file system mounted inside the user namespace (--tmpfs)")
}

func filePath(f Failure, h *Host) (Explanation, bool) {
	if f.Target == "" || !h.live {
		return none()
	}
	dir := path.Dir(f.Target)
	at, errno := blocked(f.Root, dir)
	if errno != f.Errno {
		return none()
	}
	remedy := "correct the path"
	if errno == syscall.ENOENT {
		remedy = "mkdir -p " + f.outside(dir)
	}
	return because(describe(f.Root, at, errno), remedy)
}

func fileExists(f Failure, h *Host) (Explanation, bool) {
	st, err := stat(f.Root, f.Target)
	if err != nil || !h.live {
		return none()
	}
	what := "a file"
	if st.Mode&unix.S_IFMT == unix.S_IFDIR {
		what = "a directory"
	}
	return because(fmt.Sprintf("%s is already there, and is %s", f.Target, what), "remove it, or use another path")
}

// fileSpace tells full blocks from full inodes.
func fileSpace(f Failure, h *Host) (Explanation, bool) {
	var st unix.Statfs_t
	file := f.outside(path.Dir(f.Target))
	if !h.live || f.Target == "" || unix.Statfs(file, &st) != nil {
		return none()
	}
	switch where := h.mountPoint(file); {
	case st.Blocks > 0 && st.Bavail == 0:
		return because("the file system on "+where+" has no free blocks", "free some space, or give a tmpfs more: mount -o remount,size=SIZE "+where)
	case st.Files > 0 && st.Ffree == 0:
		return because("the file system on "+where+" has no free inodes", "remove some files, or give a tmpfs more: mount -o remount,nr_inodes=NUMBER "+where)
	}
	return none()
}
