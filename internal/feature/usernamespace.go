package feature

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"
)

// The probes of what a user namespace is good for here.
var (
	UserNamespaceCaps = &Probe{
		Name: "capabilities in a user namespace", Area: Namespaces, Since: Version{3, 8}, Config: "CONFIG_USER_NS", need: byOrdinary,
		For:      "mounting, naming and routing inside a user namespace; AppArmor may forbid it",
		question: try(askUserCaps),
	}
	UserNamespacesForAll = &Probe{
		Name: "user namespaces for ordinary users", Area: Namespaces, Since: Version{3, 8}, Config: "CONFIG_USER_NS",
		For:      "isle without root",
		question: try(askOrdinary),
	}
	UserNamespaceNesting = &Probe{
		Name: "nested user namespaces", Area: Namespaces, Since: Version{3, 8}, Config: "CONFIG_USER_NS",
		For:      "an island on an island: isle inside isle, or inside a rootless container",
		question: try(askNesting),
	}
)

// sethostname appends a call that takes a capability over the new UTS namespace.
func (s *script) sethostname() {
	s.call("sethostname", unix.SYS_SETHOSTNAME, "isle", 4)
}

func askUserCaps() (string, error) {
	s := new(script)
	s.sethostname()
	err := s.run(unix.CLONE_NEWUSER | unix.CLONE_NEWUTS)
	if failed, ok := errors.AsType[*callError](err); ok && failed.call >= 0 {
		return "", userRefused(err)
	}
	return "", err
}

// nobody is the id that an ordinary user is tried as.
const nobody = 65534

func askOrdinary() (string, error) {
	s := new(script)
	if capable(unix.CAP_SETUID) && capable(unix.CAP_SETGID) {
		s.call("setresgid to an ordinary group", unix.SYS_SETRESGID, nobody, nobody, nobody)
		s.call("setresuid to an ordinary user", unix.SYS_SETRESUID, nobody, nobody, nobody)
	}
	create := s.call("unshare", unix.SYS_UNSHARE, unix.CLONE_NEWUSER|unix.CLONE_NEWUTS)
	s.sethostname()
	err := s.run(0)
	switch failed, ok := errors.AsType[*callError](err); {
	case !ok || failed.call < 0:
		return "", err
	case failed.call < create:
		return "", fmt.Errorf("id %d, to try it as, is not to be had: %w", nobody, err)
	case failed.errno == unix.EINVAL:
		return "", ErrNotSupported
	case failed.errno == unix.ENOSPC:
		value, _ := sysctl("user.max_user_namespaces")
		return "", no("user.max_user_namespaces is "+value, fmt.Sprintf("sysctl -w user.max_user_namespaces=%d", fewNamespaces))
	default:
		return "", userRefused(err)
	}
}

// userRefused finds why the kernel forbids a user namespace, or a capability in it.
func userRefused(err error) error {
	program, _ := os.Executable()
	if cause := policy(sysctl, program); cause != nil {
		return cause
	}
	switch roots, readErr := mountinfo.GetMounts(mountinfo.SingleEntryFilter("/")); {
	case readErr == nil && len(roots) == 0:
		return no("this process is in a chroot, where the kernel allows no user namespace")
	case filtered():
		return fmt.Errorf("%w, perhaps from the seccomp filter on this process", err)
	}
	return err
}

// policy finds the setting of a distribution that keeps user namespaces from
// ordinary users, among those that setting reads; program is to be freed of it.
func policy(setting func(string) (string, bool), program string) error {
	const debian, ubuntu = "kernel.unprivileged_userns_clone", "kernel.apparmor_restrict_unprivileged_userns"
	if value, ok := setting(debian); ok && value == "0" {
		return no(debian+" is 0", "sysctl -w "+debian+"=1")
	}
	if value, ok := setting(ubuntu); ok && value != "0" {
		return no(ubuntu+" is "+value+" and no AppArmor profile frees isle from it",
			"cat >/etc/apparmor.d/isle <<'END'\n"+profile(program)+"END",
			"apparmor_parser -r /etc/apparmor.d/isle")
	}
	return nil
}

// profile is an AppArmor profile that allows program user namespaces and denies
// it nothing (apparmor.d(5)).
func profile(program string) string {
	quoted := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(program) + `"`
	return "abi <abi/4.0>,\ninclude <tunables/global>\nprofile isle " + quoted + " flags=(unconfined) {\n  userns,\n}\n"
}
