package why

import (
	"fmt"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/ns"
)

func setgroupsRules() []rule {
	return []rule{
		{ops: []Op{OpSetgroups, OpIdentity}, errnos: []syscall.Errno{syscall.EPERM}, calls: []string{"setgroups"}, find: setgroupsDenied},
		{ops: []Op{OpSetgroups}, errnos: []syscall.Errno{syscall.EPERM}, calls: writes, find: setgroupsLate},
		{ops: []Op{OpSetgroups, OpIdentity}, errnos: []syscall.Errno{syscall.EPERM}, calls: []string{"setgroups"}, find: needs(unix.CAP_SETGID)},
	}
}

func identityRules() []rule {
	return []rule{
		{ops: []Op{OpIdentity, OpSetgroups}, errnos: []syscall.Errno{syscall.EINVAL}, find: idUnmapped},
		{ops: []Op{OpIdentity}, errnos: []syscall.Errno{syscall.EPERM}, calls: []string{"setuid", "setresuid", "setreuid"}, find: needs(unix.CAP_SETUID)},
		{ops: []Op{OpIdentity}, errnos: []syscall.Errno{syscall.EPERM}, calls: []string{"setgid", "setresgid", "setregid"}, find: needs(unix.CAP_SETGID)},
		{ops: []Op{OpIdentity}, errnos: []syscall.Errno{syscall.EPERM}, calls: []string{"prctl"}, find: needs(unix.CAP_SETPCAP)},
		{ops: []Op{OpIdentity}, errnos: []syscall.Errno{syscall.EPERM}, calls: []string{"capset"}, find: capsetMore},
		{ops: []Op{OpRlimit}, errnos: []syscall.Errno{syscall.EPERM}, find: rlimitRaise},
	}
}

// needs makes the probe of a call that wants a capability over the process's
// own user namespace.
func needs(capability int) func(Failure, *Host) (Explanation, bool) {
	return overKind(ns.User, capability)
}

// target is the process whose user namespace counts: the one joined, else the
// caller.
func (f Failure) target() string {
	if f.PID != 0 {
		return strconv.Itoa(f.PID)
	}
	return "self"
}

// setgroupsDenied: a user namespace whose group map was written without
// privilege forbids setgroups for good.
func setgroupsDenied(f Failure, h *Host) (Explanation, bool) {
	v, ok := h.read("/proc/" + f.target() + "/setgroups")
	if ok && v == "deny" {
		return because("setgroups is denied for good in that user namespace, because its group map was written without privilege",
			"keep the groups as they are: --preserve-credentials (unshare: leave out --setgid)")
	}
	if text, ok := h.read("/proc/" + f.target() + "/gid_map"); ok && text == "" {
		return because("the user namespace has no group map yet, and setgroups is refused until it has",
			"map groups first (--map-group, --map-root-user), or keep the groups: --preserve-credentials")
	}
	return none()
}

// setgroupsLate is about writing /proc/PID/setgroups.
func setgroupsLate(f Failure, h *Host) (Explanation, bool) {
	dir := "/proc/" + f.target()
	if v, ok := h.read(dir + "/setgroups"); ok && v == "deny" {
		return because("setgroups is already denied in that user namespace, and cannot be allowed again", "leave out --setgroups allow")
	}
	if text, ok := h.read(dir + "/gid_map"); ok && text != "" {
		return because("the group map is already written, and setgroups can be denied only before", "write deny to setgroups before gid_map")
	}
	return none()
}

// idUnmapped needs no probe where the caller is in the namespace that counts:
// the kernel has no other reason, but the map says which ids there are.
func idUnmapped(f Failure, h *Host) (Explanation, bool) {
	file := "uid_map"
	if f.Syscall == "setgid" || f.Syscall == "setresgid" || f.Syscall == "setregid" || f.Syscall == "setgroups" {
		file = "gid_map"
	}
	text := f.Map
	if text == "" && !f.New.Has(ns.User) {
		text, _ = h.read("/proc/" + f.target() + "/" + file)
	}
	what := "which has no map"
	if list, err := parseMap(text); err == nil && len(list) > 0 {
		what = fmt.Sprintf("whose %s is %q", file, text)
	} else if f.New.Has(ns.User) {
		what = "which is new and has only the ids that the plan maps"
	}
	return because("the id does not exist in the process's user namespace, "+what,
		"map it as well (--map-users, --map-groups or --map-auto), or choose one that is mapped")
}

func capsetMore(f Failure, h *Host) (Explanation, bool) {
	have, ok := h.status("CapPrm")
	if !ok || f.New.Has(ns.User) {
		return none()
	}
	return because("capabilities can only be kept, not gained: this process has "+have+" (CapPrm)",
		"ask only for capabilities that this process has, or run as root or with --user --map-root-user")
}

func rlimitRaise(f Failure, h *Host) (Explanation, bool) {
	if !f.New.Has(ns.User) && !h.lacks(unix.CAP_SYS_RESOURCE) && h.inInitialUserNS() {
		return none()
	}
	return because("raising a hard limit needs CAP_SYS_RESOURCE in the first user namespace, which this process does not have",
		"ask for no more than the hard limit (ulimit -H -a), or raise it outside as root")
}
