package why

import (
	"fmt"
	"os"
	"path"
	"syscall"

	"golang.org/x/sys/unix"
)

func cgroupRules() []rule {
	return []rule{
		{ops: []Op{OpCgroup}, errnos: []syscall.Errno{syscall.ENOENT, syscall.ENODEV}, find: cgroupMissing},
		{ops: []Op{OpCgroup}, errnos: []syscall.Errno{syscall.EBUSY}, find: cgroupInner},
		{ops: []Op{OpCgroup}, errnos: []syscall.Errno{syscall.EOPNOTSUPP}, find: cgroupThreaded},
		{ops: []Op{OpCgroup}, errnos: []syscall.Errno{syscall.EACCES, syscall.EPERM}, find: cgroupUndelegated},
		{ops: []Op{OpCgroup}, errnos: []syscall.Errno{syscall.EAGAIN}, find: pidsCgroup},
	}
}

// cgroupDir is the cgroup being joined: Target is it or a file in it.
func (f Failure) cgroupDir() string {
	if st, err := os.Stat(f.Target); err == nil && st.IsDir() {
		return f.Target
	}
	return path.Dir(f.Target)
}

func cgroupMissing(f Failure, h *Host) (Explanation, bool) {
	dir := f.cgroupDir()
	if !h.live || f.Target == "" {
		return none()
	}
	if at, errno := blocked("", dir); errno != 0 {
		return because("of the cgroup's path, "+describe("", at, errno), "create it: sudo mkdir -p "+dir)
	}
	if !h.exists(dir + "/cgroup.procs") {
		return because(dir+" is not a cgroup: it has no cgroup.procs", "name a directory below a mount of cgroup2 (findmnt -t cgroup2)")
	}
	return none()
}

// cgroupInner: in version 2 a cgroup that hands controllers to its children may
// hold no process itself (cgroups(7), "no internal processes").
func cgroupInner(f Failure, h *Host) (Explanation, bool) {
	control, ok := h.read(f.cgroupDir() + "/cgroup.subtree_control")
	if !ok || control == "" {
		return none()
	}
	return because(fmt.Sprintf("the cgroup %s hands controllers to its children (%s), so it may hold no process itself", f.cgroupDir(), control),
		"join a cgroup below it: mkdir "+f.cgroupDir()+"/NAME")
}

func cgroupThreaded(f Failure, h *Host) (Explanation, bool) {
	kind, ok := h.read(f.cgroupDir() + "/cgroup.type")
	if !ok || kind == "domain" {
		return none()
	}
	return because(fmt.Sprintf("the cgroup %s is of type %q, which takes no whole processes", f.cgroupDir(), kind), "join a cgroup of type domain")
}

// cgroupUndelegated: a user moves processes only inside a part of the tree that
// was given to them, which includes the cgroup above both ends.
func cgroupUndelegated(f Failure, h *Host) (Explanation, bool) {
	file := f.cgroupDir() + "/cgroup.procs"
	var st unix.Stat_t
	uid, ok := h.id("Uid")
	if !h.live || !ok || uid == 0 || unix.Stat(file, &st) != nil {
		return none()
	}
	remedy := "start it in a cgroup that is this user's: systemd-run --user --scope -p Delegate=yes COMMAND"
	if unix.Faccessat(unix.AT_FDCWD, file, unix.W_OK, unix.AT_EACCESS) != nil {
		return because(fmt.Sprintf("user %d may not write to %s, which belongs to user %d", uid, file, st.Uid), remedy)
	}
	return because("a user may move a process only between cgroups whose nearest common parent is theirs too", remedy)
}
