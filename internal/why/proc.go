package why

import (
	"fmt"
	"slices"
	"strings"
	"syscall"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"

	"isle/ns"
)

func procRules() []rule {
	return []rule{
		{ops: []Op{OpMount}, errnos: []syscall.Errno{syscall.EPERM}, find: foreignInstance},
		{ops: []Op{OpMount}, errnos: []syscall.Errno{syscall.EPERM}, find: tooRevealing},
	}
}

// instances are the file systems that show the state of a namespace: a new
// mount of one needs power over that namespace.
var instances = [...]struct {
	fs   string
	kind ns.Kind
}{{"proc", ns.PID}, {"sysfs", ns.Net}, {"mqueue", ns.IPC}, {"cgroup2", ns.Cgroup}, {"cgroup", ns.Cgroup}}

func foreignInstance(f Failure, h *Host) (Explanation, bool) {
	for _, i := range instances {
		if i.fs != f.FSType {
			continue
		}
		if e, ok := powerless(f, h, i.kind, unix.CAP_SYS_ADMIN); ok {
			e.Cause = fmt.Sprintf("a new mount of %s shows the %s namespace, and %s", f.FSType, i.kind, e.Cause)
			e.Remedy += fmt.Sprintf(", or bind the existing %s instead", f.FSType)
			return e, true
		}
	}
	return none()
}

// emptyMountPoints are the directories of proc and sysfs that the kernel makes
// only to be mounted on. Since they can never hold anything, a mount over one
// hides nothing (the callers of register_sysctl_mount_point and
// sysfs_create_mount_point).
var emptyMountPoints = [...]string{
	"/proc/sys/fs/binfmt_misc", "/proc/fs/nfsd", "/proc/openprom",
	"/sys/fs/cgroup", "/sys/fs/selinux", "/sys/fs/smackfs", "/sys/fs/bpf", "/sys/fs/pstore",
	"/sys/fs/fuse/connections", "/sys/fs/resctrl", "/sys/fs/nfs", "/sys/firmware/efi/efivars",
	"/sys/kernel/debug", "/sys/kernel/tracing", "/sys/kernel/security", "/sys/kernel/config",
	"/sys/hypervisor",
}

// tooRevealing is the rule by which a user namespace may mount proc or sysfs
// only if the mount namespace already shows one in full: what the outer world
// has covered would be laid bare (mount_too_revealing in the kernel).
func tooRevealing(f Failure, h *Host) (Explanation, bool) {
	if f.FSType != "proc" && f.FSType != "sysfs" || !f.New.Has(ns.User) && !h.inNestedUserNS() {
		return none()
	}
	usual := map[string]string{"proc": "/proc", "sysfs": "/sys"}[f.FSType]
	found := false
	var covers []string
	for _, m := range h.mounts() {
		if m.FSType != f.FSType || m.Root != "/" {
			continue
		}
		found = true
		over := h.covering(m, usual)
		if len(over) == 0 && !hasOption(m.Options, "ro") {
			return none()
		}
		if len(over) == 0 && !hasOption(f.Options, "ro") {
			return because(fmt.Sprintf("%s is mounted read-only here, so a new %s may not be writable", m.Mountpoint, f.FSType),
				"mount it read-only too (ro), or bind the existing one")
		}
		covers = append(covers, over...)
	}
	bind := fmt.Sprintf("bind the existing one instead (mount --rbind %s TARGET)", usual)
	switch {
	case !found:
		return because(fmt.Sprintf("no %s is mounted in full in this mount namespace, so a user namespace may not mount a new one", f.FSType), "mount it outside first, as root: mount -t "+f.FSType+" "+f.FSType+" "+usual)
	case len(covers) == 0:
		return none()
	}
	return because(
		fmt.Sprintf("the existing %s is partly covered (by mounts on %s), and a new one would show what they hide", f.FSType, few(covers)),
		bind+", or start the outer container without covers (docker: --security-opt systempaths=unconfined; podman: --security-opt unmask=ALL)")
}

// covering lists the mounts directly on parts of a mount of proc or sysfs that
// hide something; usual is where the names in emptyMountPoints put it.
func (h *Host) covering(on *mountinfo.Info, usual string) (over []string) {
	for _, m := range h.mounts() {
		name := usual + strings.TrimPrefix(m.Mountpoint, strings.TrimSuffix(on.Mountpoint, "/"))
		if m.Parent == on.ID && m.ID != on.ID && !slices.Contains(emptyMountPoints[:], name) {
			over = append(over, m.Mountpoint)
		}
	}
	return over
}
