package why

import (
	"fmt"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/ns"
)

// createRules follow the kernel's order in create_user_ns and copy_namespaces.
func createRules() []rule {
	return []rule{
		{ops: []Op{OpCreate}, errnos: []syscall.Errno{syscall.EPERM}, find: debianSysctl},
		{ops: []Op{OpCreate}, errnos: []syscall.Errno{syscall.EPERM}, find: createChrooted},
		{ops: []Op{OpCreate}, errnos: []syscall.Errno{syscall.EPERM}, find: createUnmapped},
		{ops: []Op{OpCreate}, errnos: []syscall.Errno{syscall.EPERM}, find: createUnprivileged},
		{ops: []Op{OpCreate}, errnos: []syscall.Errno{syscall.EINVAL, syscall.ENOSYS}, find: kindMissing},
		{ops: []Op{OpCreate}, errnos: []syscall.Errno{syscall.ENOSYS}, find: clone3Missing},
		{ops: []Op{OpCreate}, errnos: []syscall.Errno{syscall.EINVAL}, find: pidTwice},
		{ops: []Op{OpCreate}, errnos: []syscall.Errno{syscall.EINVAL}, calls: []string{"unshare"}, find: createThreads},
	}
}

func debianSysctl(f Failure, h *Host) (Explanation, bool) {
	v, _ := h.sysctl("kernel.unprivileged_userns_clone")
	if v != "0" || !f.Kinds.Has(ns.User) || !h.lacks(unix.CAP_SYS_ADMIN) {
		return none()
	}
	return because(
		"this kernel is set to let only root create user namespaces (kernel.unprivileged_userns_clone=0)",
		"sudo sysctl -w kernel.unprivileged_userns_clone=1")
}

func createChrooted(f Failure, h *Host) (Explanation, bool) {
	if !f.Kinds.Has(ns.User) || f.New.Has(ns.Mount) || !h.chrooted() {
		return none()
	}
	return because(
		"this process runs in a chroot, and the kernel creates no user namespace for a process whose root is not its mount namespace's root",
		"enter the directory with pivot_root instead of chroot (isle run --rootfs DIR), or run as root without a new user namespace")
}

// createUnmapped is the case of a process in a user namespace that has no id
// for it, as before its map is written.
func createUnmapped(f Failure, h *Host) (Explanation, bool) {
	if !f.Kinds.Has(ns.User) || f.New.Has(ns.User) {
		return none()
	}
	for _, m := range [...]struct{ field, file, word string }{{"Uid", "uid_map", "user"}, {"Gid", "gid_map", "group"}} {
		id, ok := h.id(m.field)
		text, okMap := h.read("/proc/self/" + m.file)
		if list, err := parseMap(text); ok && okMap && err == nil && !list.inside(uint64(id)) {
			return because(
				fmt.Sprintf("this process's %s id has no mapping in the user namespace it is in, so it cannot own a new one", m.word),
				fmt.Sprintf("map the id in the outer user namespace first (--map-%s or --map-root-user there)", m.word))
		}
	}
	return none()
}

func createUnprivileged(f Failure, h *Host) (Explanation, bool) {
	if f.Kinds.Has(ns.User) || f.New.Has(ns.User) || !h.lacks(unix.CAP_SYS_ADMIN) {
		return none()
	}
	return because(
		fmt.Sprintf("creating a %s namespace needs CAP_SYS_ADMIN, which this process does not have", names(f.Kinds)),
		"create it inside a user namespace of your own: --user --map-root-user (-U -r)")
}

func kindMissing(f Failure, h *Host) (Explanation, bool) {
	if !h.exists("/proc/self/ns/mnt") {
		return none()
	}
	var missing ns.Set
	for _, k := range f.Kinds.Kinds() {
		if !h.exists("/proc/self/ns/" + k.File()) {
			missing = missing.With(k)
		}
	}
	if missing == 0 {
		return none()
	}
	return because(fmt.Sprintf("this kernel has no %s namespaces", names(missing)),
		"leave that namespace out, or run a kernel built with it")
}

func clone3Missing(f Failure, h *Host) (Explanation, bool) {
	if f.Syscall != "clone3" || !h.before(5, 3) {
		return none()
	}
	return because("this kernel has no clone3, which came with Linux 5.3", "run Linux 5.3 or later")
}

func pidTwice(f Failure, h *Host) (Explanation, bool) {
	if !f.Kinds.Has(ns.PID) || f.New.Has(ns.PID) || !h.childrenElsewhere(ns.PID) {
		return none()
	}
	return because("this process has already created or joined a pid namespace for its children, and may do so only once",
		"fork first, so that the child is in that pid namespace: --fork")
}

func createThreads(f Failure, h *Host) (Explanation, bool) {
	n, ok := h.status("Threads")
	if !f.Kinds.Has(ns.User) || f.Alone || f.New != 0 || !ok || n == "1" {
		return none()
	}
	return because(fmt.Sprintf("this process has %s threads, and only a process with one may move to a new user namespace", n),
		"fork first: --fork")
}

// names lists kinds in words: "pid and mount".
func names(s ns.Set) string {
	var words []string
	for _, k := range s.Kinds() {
		words = append(words, k.String())
	}
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return strings.Join(words, "")
}
