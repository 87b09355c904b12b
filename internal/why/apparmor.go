package why

import (
	"fmt"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"isle/ns"
)

func appArmorRules() []rule {
	return []rule{{
		errnos: []syscall.Errno{syscall.EPERM, syscall.EACCES},
		ops: []Op{OpCreate, OpIDMap, OpSetgroups, OpIdentity, OpMount, OpRemount, OpUnmount,
			OpPropagate, OpPivot, OpChroot, OpPersist, OpHostname, OpNetwork},
		find: transition,
	}}
}

// stripped is the profile that Ubuntu moves unconfined programs to when they
// make a user namespace without leave: in it no capability is any use.
const stripped = "unprivileged_userns"

// transition says whether AppArmor's limit on unprivileged user namespaces is
// the cause. The namespace itself may well have been made: it is what the
// process then does in it that is refused.
func transition(f Failure, h *Host) (Explanation, bool) {
	if v, _ := h.sysctl("kernel.apparmor_restrict_unprivileged_userns"); v != "1" {
		return none()
	}
	making := f.New.Has(ns.User) || f.Op == OpCreate && f.Kinds.Has(ns.User)
	restricted := making && h.appArmorLabel() == "unconfined" && h.inInitialUserNS() && h.lacks(unix.CAP_SYS_ADMIN)
	if !restricted && !strings.HasPrefix(h.appArmorLabel(), stripped) {
		return none()
	}
	if f.Errno == syscall.EACCES && f.Op != OpCreate {
		return none()
	}
	return because(
		"AppArmor takes all power in a new user namespace from programs without a profile that allows it (kernel.apparmor_restrict_unprivileged_userns=1)",
		"allow it for this program: "+profileCommand(h.executable()))
}

// appArmorLabel returns the label of the calling process without its mode.
func (h *Host) appArmorLabel() string {
	label, ok := h.read("/proc/self/attr/apparmor/current")
	if !ok {
		label, _ = h.read("/proc/self/attr/current")
	}
	label, _, _ = strings.Cut(strings.TrimRight(label, "\x00"), " (")
	return label
}

// confining returns the calling process's label if a security module confines by
// it, else "". SELinux says "kernel" until a policy is loaded.
func (h *Host) confining() string {
	label := h.appArmorLabel()
	if label == "unconfined" || label == "kernel" {
		return ""
	}
	return label
}

func (h *Host) executable() string {
	if exe, ok := h.link("/proc/self/exe"); ok {
		return exe
	}
	return "/usr/bin/isle"
}

// profileCommand returns the shell command that installs and loads a profile
// which confines nothing and lets exe create user namespaces (apparmor.d(5)).
func profileCommand(exe string) string {
	return fmt.Sprintf(`printf 'abi <abi/4.0>,\nprofile isle "%s" flags=(unconfined) {\n  userns,\n}\n' | sudo tee /etc/apparmor.d/isle && sudo apparmor_parser -r /etc/apparmor.d/isle`,
		strings.NewReplacer(`'`, `'\''`, `%`, `%%`, `\`, `\\`).Replace(exe))
}
