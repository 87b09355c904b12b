package why

import (
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/ns"
)

func hardeningRules() []rule {
	return []rule{
		{ops: []Op{OpSeccomp}, errnos: []syscall.Errno{syscall.EACCES}, find: filterPrivileges},
		{ops: []Op{OpSeccomp}, errnos: []syscall.Errno{syscall.ENOSYS, syscall.EINVAL}, find: filterMissing},
		{ops: []Op{OpLandlock}, errnos: []syscall.Errno{syscall.EOPNOTSUPP}, find: landlockOff},
		{ops: []Op{OpLandlock}, errnos: []syscall.Errno{syscall.ENOSYS}, find: landlockMissing},
		{ops: []Op{OpLandlock}, errnos: []syscall.Errno{syscall.EPERM}, calls: []string{"landlock_restrict_self"}, find: landlockPrivileges},
		{ops: []Op{OpLandlock}, errnos: []syscall.Errno{syscall.E2BIG}, calls: []string{"landlock_restrict_self"}, find: landlockDeep},
		{ops: []Op{OpLandlock}, errnos: []syscall.Errno{syscall.ENOENT, syscall.ENOTDIR, syscall.EACCES, syscall.ELOOP}, find: landlockPath},
	}
}

const setNoNewPrivs = "set no_new_privs before it (--no-new-privs)"

// filterPrivileges needs no more than the kernel's word: EACCES has no other cause.
func filterPrivileges(f Failure, h *Host) (Explanation, bool) {
	return because("a process without CAP_SYS_ADMIN may install a seccomp filter only after setting no_new_privs", setNoNewPrivs)
}

// filterMissing asks for the actions the kernel knows, which all have that know filters.
func filterMissing(f Failure, h *Host) (Explanation, bool) {
	if _, ok := h.status("Seccomp"); ok || !h.exists("/proc/self/status") {
		return none()
	}
	return because("this kernel is built without seccomp filters (CONFIG_SECCOMP_FILTER)", "leave the filter out: --seccomp unconfined")
}

func landlockOff(f Failure, h *Host) (Explanation, bool) {
	active, _ := h.read("/sys/kernel/security/lsm")
	remedy := "boot with landlock in the kernel parameter lsm="
	if active != "" {
		remedy = "boot with the kernel parameter lsm=landlock," + active
	}
	return because("this kernel has Landlock but it was not turned on at boot", remedy)
}

func landlockMissing(f Failure, h *Host) (Explanation, bool) {
	if h.before(5, 13) {
		return because("this kernel has no Landlock, which came with Linux 5.13", "run Linux 5.13 or later, or leave the Landlock rules out")
	}
	return because("this kernel is built without Landlock (CONFIG_SECURITY_LANDLOCK)", "leave the Landlock rules out, or run a kernel built with it")
}

func landlockPrivileges(f Failure, h *Host) (Explanation, bool) {
	v, _ := h.status("NoNewPrivs")
	if f.New.Has(ns.User) || v != "0" || !h.lacks(unix.CAP_SYS_ADMIN) {
		return none()
	}
	return because("a process without CAP_SYS_ADMIN may enter a Landlock ruleset only after setting no_new_privs", setNoNewPrivs)
}

func landlockDeep(f Failure, h *Host) (Explanation, bool) {
	return because("this process is already inside 16 Landlock rulesets, which is the kernel's limit", "start from fewer sandboxes inside each other")
}

func suspectRules() []rule {
	return []rule{{
		errnos: []syscall.Errno{syscall.EPERM, syscall.EACCES, syscall.ENOSYS},
		find:   suspects,
	}}
}

// suspects lists what stands on this host between a process and the kernel's
// own rules, when those did not explain the refusal.
func suspects(f Failure, h *Host) (Explanation, bool) {
	var list []string
	if mode, _ := h.status("Seccomp"); mode == "2" {
		list = append(list, "the seccomp filter on this process refuses "+f.Syscall+" with these arguments")
	}
	if label := h.confining(); label != "" && f.Errno != syscall.ENOSYS {
		list = append(list, "the security module's label of this process ("+strings.TrimSpace(label)+") forbids it")
	}
	if v, _ := h.read("/sys/fs/selinux/enforce"); v == "1" && h.appArmorLabel() == "" {
		list = append(list, "SELinux, which is enforcing here, forbids it")
	}
	return Explanation{Cause: oneOf(list)}, len(list) > 0
}

func landlockPath(f Failure, h *Host) (Explanation, bool) {
	at, errno := blocked(f.Root, f.Target)
	if !h.live || errno != f.Errno || f.Target == "" {
		return none()
	}
	return because(describe(f.Root, at, errno), "allow only what is there")
}
