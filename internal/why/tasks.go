package why

import (
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"isle/ns"
)

// pidsCgroup says whether the caller's cgroup or one above it holds as many
// tasks as its pids.max allows.
func pidsCgroup(f Failure, h *Host) (Explanation, bool) {
	for _, dir := range h.cgroupDirs("pids") {
		limit, err1 := h.number(dir + "/pids.max")
		now, err2 := h.number(dir + "/pids.current")
		// One task may have gone since: the one that could not be.
		if err1 == nil && err2 == nil && now >= limit {
			return because(
				fmt.Sprintf("the cgroup %s holds as many tasks as its pids.max allows (%d)", dir, limit),
				fmt.Sprintf("raise it (systemd: TasksMax=; by hand: echo NUMBER | sudo tee %s/pids.max) or end some processes", dir))
		}
	}
	return none()
}

func (h *Host) number(file string) (uint64, error) {
	text, ok := h.read(file)
	if !ok {
		return 0, fs.ErrNotExist
	}
	return strconv.ParseUint(text, 10, 64)
}

// cgroupDirs returns the caller's cgroup and those above it that are in sight,
// in the hierarchy of a version 1 controller or in version 2's (cgroups(7)).
func (h *Host) cgroupDirs(controller string) []string {
	text, _ := h.read("/proc/self/cgroup")
	var dirs []string
	for line := range strings.SplitSeq(text, "\n") {
		fields := strings.SplitN(line, ":", 3)
		if len(fields) != 3 || fields[1] != "" && !hasOption(fields[1], controller) {
			continue
		}
		for _, m := range h.mounts() {
			v2 := m.FSType == "cgroup2" && fields[1] == ""
			v1 := m.FSType == "cgroup" && fields[1] != "" && hasOption(m.VFSOptions, controller)
			if !v1 && !v2 || !within(fields[2], m.Root) {
				continue
			}
			dir := path.Join(m.Mountpoint, strings.TrimPrefix(fields[2], m.Root))
			for ; within(dir, m.Mountpoint); dir = path.Dir(dir) {
				dirs = append(dirs, dir)
				if dir == "/" {
					break
				}
			}
		}
	}
	return dirs
}

// processLimit counts the user's tasks against RLIMIT_NPROC, which binds all
// but the first root and those with either of two capabilities (getrlimit(2)).
func processLimit(f Failure, h *Host) (Explanation, bool) {
	limit, ok := h.limit("Max processes")
	uid, okID := h.id("Uid")
	if !ok || !okID || !h.lacks(unix.CAP_SYS_RESOURCE) || !h.lacks(unix.CAP_SYS_ADMIN) {
		return none()
	}
	if have := h.tasksOf(uid); have < limit {
		return none()
	}
	return because(
		fmt.Sprintf("user %d already has as many processes and threads as RLIMIT_NPROC allows (%d)", uid, limit),
		"end some, or raise the limit: ulimit -u NUMBER (permanently: nproc in /etc/security/limits.conf)")
}

// tasksOf counts the threads of all processes in sight whose real user is uid.
func (h *Host) tasksOf(uid uint32) (total uint64) {
	pids, _ := fs.ReadDir(h.files, "proc")
	for _, p := range pids {
		if strings.Trim(p.Name(), "0123456789") != "" {
			continue
		}
		uids, _ := h.statusOf(p.Name(), "Uid")
		threads, _ := h.statusOf(p.Name(), "Threads")
		if owner, _, _ := strings.Cut(uids, "\t"); owner == fmt.Sprint(uid) {
			n, _ := strconv.ParseUint(threads, 10, 64)
			total += n
		}
	}
	return total
}

func eitherLimit(f Failure, h *Host) (Explanation, bool) {
	causes := []string{
		"a pids.max of the cgroup or of one above it was reached",
		"the kernel's kernel.threads-max or kernel.pid_max was reached",
	}
	if limit, ok := h.limit("Max processes"); ok && !h.holds(unix.CAP_SYS_RESOURCE) {
		causes = append(causes, fmt.Sprintf("RLIMIT_NPROC (%d) was reached", limit))
	}
	return Explanation{Cause: oneOf(causes)}, true
}

// deadInit is a fork into a pid namespace whose process 1 has ended: the kernel
// lets no process into it any more (pid_namespaces(7)) and calls that ENOMEM.
func deadInit(f Failure, h *Host) (Explanation, bool) {
	entered := f.Kinds.Has(ns.PID) && f.PID != 0 && h.initGone(f.PID)
	entered = entered || f.Kinds.Has(ns.PID) && f.Target != "" && h.empty(f.Target)
	if !entered && !h.childrenElsewhere(ns.PID) {
		return none()
	}
	return because("process 1 of the pid namespace has ended, and the kernel lets no new process into such a namespace",
		"let one process stay in it as process 1: unshare with --fork, or create a new pid namespace")
}

// initGone says that the pid namespace which process pid leads is without one:
// pid itself has gone or only awaits its parent.
func (h *Host) initGone(pid int) bool {
	state, ok := h.statusOf(strconv.Itoa(pid), "State")
	return !ok || strings.HasPrefix(state, "Z") || strings.HasPrefix(state, "X")
}

// empty says that no process in sight is in the pid namespace of a file.
func (h *Host) empty(file string) bool {
	st, err := stat("", file)
	pids, errDir := fs.ReadDir(h.files, "proc")
	if !h.live || err != nil || errDir != nil {
		return false
	}
	for _, p := range pids {
		if inode, ok := h.inode(p.Name(), ns.PID.File()); ok && inode == st.Ino {
			return false
		}
	}
	return true
}
