package why

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"isle/ns"
)

// joinForeign: a capability is needed both here and in the namespace's owner.
func joinForeign(f Failure, h *Host) (Explanation, bool) {
	if f.PID == 0 || f.New.Has(ns.User) {
		return none()
	}
	for _, k := range f.Kinds.Kinds() {
		owner, inode := h.owner(f.target(), k)
		switch {
		case k == ns.User && owner == ownerOutside:
			return because(fmt.Sprintf("the user namespace of process %d is not one that was made inside this one", f.PID), "run it from the user namespace in which that one was made")
		case owner == ownerOutside:
			return because(fmt.Sprintf("the %s namespace of process %d belongs to a user namespace outside this one", k, f.PID), "run it from that user namespace, as its root")
		case owner == ownerBelow && !f.Kinds.Has(ns.User) && !h.holds(unix.CAP_SYS_ADMIN):
			return because(fmt.Sprintf("the %s namespace of process %d belongs to the user namespace %d, in which this process has no power", k, f.PID, inode),
				"join that user namespace too: --user")
		}
	}
	return none()
}

func joinOtherUser(f Failure, h *Host) (Explanation, bool) {
	uids, ok := h.statusOf(strconv.Itoa(f.PID), "Uid")
	uid, okID := h.id("Uid")
	owner, _, _ := strings.Cut(uids, "\t")
	if f.PID == 0 || !ok || !okID || owner == fmt.Sprint(uid) || !h.lacks(unix.CAP_SYS_PTRACE) {
		return none()
	}
	return because(fmt.Sprintf("process %d belongs to another user (%s)", f.PID, owner), "run as that user or as root")
}

func joinUnprivileged(f Failure, h *Host) (Explanation, bool) {
	if f.New.Has(ns.User) || f.Kinds == ns.SetOf(ns.User) {
		return none()
	}
	if f.Kinds.Has(ns.Mount) && h.holds(unix.CAP_SYS_ADMIN) && h.lacks(unix.CAP_SYS_CHROOT) {
		return because("joining a mount namespace needs CAP_SYS_CHROOT as well, which this process does not have", "keep CAP_SYS_CHROOT, or run as root")
	}
	if f.Kinds.Has(ns.User) || !h.lacks(unix.CAP_SYS_ADMIN) {
		return none()
	}
	return because(fmt.Sprintf("joining a %s namespace needs CAP_SYS_ADMIN, which this process does not have", names(f.Kinds)),
		"run it as root, or join the target's user namespace too: --user")
}
