package why

import (
	"fmt"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/ns"
)

func joinRules() []rule {
	return []rule{
		{ops: []Op{OpJoin}, find: targetGone},
		{ops: []Op{OpJoin}, errnos: []syscall.Errno{syscall.ENOENT, syscall.EINVAL}, find: kindMissing},
		{ops: []Op{OpJoin}, errnos: []syscall.Errno{syscall.EINVAL}, find: joinOwnUser},
		{ops: []Op{OpJoin}, errnos: []syscall.Errno{syscall.EINVAL}, find: joinPIDAbove},
		{ops: []Op{OpJoin}, errnos: []syscall.Errno{syscall.EINVAL}, find: joinNotNamespace},
		{ops: []Op{OpJoin}, errnos: []syscall.Errno{syscall.EINVAL}, find: joinOtherKind},
		{ops: []Op{OpJoin}, errnos: []syscall.Errno{syscall.EINVAL, syscall.EUSERS}, find: joinThreads},
		{ops: []Op{OpJoin}, errnos: []syscall.Errno{syscall.EUSERS}, find: joinTimeMemory},
		{ops: []Op{OpJoin}, errnos: []syscall.Errno{syscall.EPERM}, find: joinForeign},
		{ops: []Op{OpJoin}, errnos: []syscall.Errno{syscall.EACCES, syscall.EPERM}, find: joinOtherUser},
		{ops: []Op{OpJoin}, errnos: []syscall.Errno{syscall.ENOENT, syscall.ENOTDIR, syscall.EACCES, syscall.ELOOP}, find: joinPath},
		{ops: []Op{OpJoin}, errnos: []syscall.Errno{syscall.EPERM}, find: joinUnprivileged},
	}
}

// targetGone covers every errno: each file of a process that has gone answers
// with its own.
func targetGone(f Failure, h *Host) (Explanation, bool) {
	if f.PID == 0 || !h.exists("/proc/self/status") {
		return none()
	}
	state, ok := h.statusOf(f.target(), "State")
	switch {
	case !ok:
		return because(fmt.Sprintf("there is no process %d (any more) in this pid namespace", f.PID), "name a process that lives: lsns -o NS,TYPE,PID,COMMAND")
	case strings.HasPrefix(state, "Z"):
		return because(fmt.Sprintf("process %d has ended and only waits for its parent to notice: it has no namespaces any more", f.PID), "name a process that lives")
	}
	return none()
}

// joinPath: a namespace is joined by a file, bound or in /proc.
func joinPath(f Failure, h *Host) (Explanation, bool) {
	at, errno := blocked("", f.Target)
	if !h.live || errno != f.Errno || f.Target == "" {
		return none()
	}
	if f.PID != 0 && errno == syscall.EACCES {
		return because(fmt.Sprintf("process %d keeps others from looking into it: it has capabilities that this one lacks, or has made itself undumpable, or a security module guards it (ptrace(2))", f.PID),
			"name another process in the same namespace, or a file that it is bound on")
	}
	return because(describe("", at, errno), "name a file that a namespace is bound on, or one in /proc/PID/ns")
}

func joinOwnUser(f Failure, h *Host) (Explanation, bool) {
	if owner, _ := h.owner(f.target(), ns.User); f.Parent && owner == ownerMine {
		return because(fmt.Sprintf("the parent of the user namespace of process %d is this process's own, and the kernel lets no process enter the one it is in", f.PID),
			"leave the user namespace out (no --user-parent)")
	}
	own, ok1 := h.inode("self", ns.User.File())
	that, ok2 := h.inode(f.target(), ns.User.File())
	if f.PID == 0 && f.Kinds.Has(ns.User) && ok1 && h.live {
		if st, err := stat("", f.Target); err == nil && st.Ino == own {
			return because(f.Target+" is this process's own user namespace, and the kernel lets no process enter the one it is in",
				"leave the user namespace out (no --user)")
		}
	}
	if !f.Kinds.Has(ns.User) || f.PID == 0 || f.New.Has(ns.User) || !ok1 || !ok2 || own != that {
		return none()
	}
	return because(fmt.Sprintf("process %d is in this process's own user namespace, and the kernel lets no process enter the one it is in", f.PID),
		"leave the user namespace out (no --user)")
}

// joinPIDAbove: one may go down into a pid namespace, never up or sideways.
func joinPIDAbove(f Failure, h *Host) (Explanation, bool) {
	own, ok := h.inode("self", ns.PID.File())
	if !f.Kinds.Has(ns.PID) || f.New.Has(ns.PID) || !ok || !h.live || f.PID == 0 {
		return none()
	}
	if below, known := pidBelow("/proc/"+f.target()+"/ns/pid", own); below || !known {
		return none()
	}
	return because("that pid namespace is not inside this process's own, and a process can join only its own or one inside it",
		"start from the host or from an outer namespace, or leave the pid namespace out")
}

// pidBelow follows the parents of the pid namespace at path (ioctl_ns(2)) until
// it meets own; a parent out of sight means that it cannot be below.
func pidBelow(path string, own uint64) (below, known bool) {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	for err == nil {
		var st unix.Stat_t
		errStat := unix.Fstat(fd, &st)
		parent, errParent := unix.IoctlRetInt(fd, unix.NS_GET_PARENT)
		unix.Close(fd)
		if errStat != nil {
			return false, false
		}
		if st.Ino == own {
			return true, true
		}
		fd, err = parent, errParent
	}
	return false, err == unix.EPERM
}

func joinNotNamespace(f Failure, h *Host) (Explanation, bool) {
	var st unix.Statfs_t
	if f.Target == "" || !h.live || unix.Statfs(f.Target, &st) != nil || st.Type == unix.NSFS_MAGIC {
		return none()
	}
	return because(f.Target+" is not a namespace: nothing is mounted on the file", "keep the namespace there first: unshare --KIND="+f.Target)
}

// joinOtherKind asks a namespace file what it is (ioctl_ns(2): NS_GET_NSTYPE).
func joinOtherKind(f Failure, h *Host) (Explanation, bool) {
	list := f.Kinds.Kinds()
	if len(list) != 1 || f.Target == "" || !h.live {
		return none()
	}
	fd, err := unix.Open(f.Target, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return none()
	}
	defer unix.Close(fd)
	flag, err := unix.IoctlRetInt(fd, unix.NS_GET_NSTYPE)
	for _, k := range ns.Kinds {
		if err == nil && uint64(flag) == k.Flag() && k != list[0] {
			return because(fmt.Sprintf("%s is a %s namespace, not a %s namespace", f.Target, k, list[0]), fmt.Sprintf("join it as what it is: --%s=%s", k, f.Target))
		}
	}
	return none()
}

// joinThreads is about a caller that joins without forking.
func joinThreads(f Failure, h *Host) (Explanation, bool) {
	n, ok := h.status("Threads")
	if !ok || f.Alone || n == "1" || f.New != 0 || !f.Kinds.Has(ns.User) && !f.Kinds.Has(ns.Mount) && !f.Kinds.Has(ns.Time) {
		return none()
	}
	kind := names(f.Kinds & ns.SetOf(ns.User, ns.Mount, ns.Time))
	return because(fmt.Sprintf("this process has %s threads, and only a process with one, sharing no memory or working directory, may join a %s namespace", n, kind),
		"join in a forked child: --fork")
}

func joinTimeMemory(f Failure, h *Host) (Explanation, bool) {
	if !f.Kinds.Has(ns.Time) {
		return none()
	}
	return because("a time namespace can be joined only by a process that has one thread and memory of its own", "join in a forked child")
}
