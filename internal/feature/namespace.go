package feature

import (
	"errors"
	"fmt"
	"strconv"

	"golang.org/x/sys/unix"

	"isle/ns"
)

// The probes of whether this process may have a new namespace of each kind,
// inside a new user namespace if it lacks CAP_SYS_ADMIN.
var (
	UserNamespaces = &Probe{
		Name: "user namespaces", Area: Namespaces, Since: Version{3, 8}, Config: "CONFIG_USER_NS", need: byOrdinary,
		For:      "being root inside and nobody outside; everything an ordinary user does with isle",
		question: creates(ns.User),
	}
	CgroupNamespaces = &Probe{
		Name: "cgroup namespaces", Area: Namespaces, Since: Version{4, 6}, Config: "CONFIG_CGROUPS", need: byAll,
		For:      "unshare -C, and run: a cgroup tree of its own to see",
		question: creates(ns.Cgroup),
	}
	IPCNamespaces = &Probe{
		Name: "ipc namespaces", Area: Namespaces, Since: Version{2, 6}, Config: "CONFIG_IPC_NS", need: byAll,
		For:      "unshare -i, and run: own message queues and shared memory",
		question: creates(ns.IPC),
	}
	UTSNamespaces = &Probe{
		Name: "uts namespaces", Area: Namespaces, Since: Version{2, 6}, Config: "CONFIG_UTS_NS", need: byAll,
		For:      "unshare -u, and run: own host name",
		question: creates(ns.UTS),
	}
	NetNamespaces = &Probe{
		Name: "net namespaces", Area: Namespaces, Since: Version{2, 6}, Config: "CONFIG_NET_NS", need: byAll,
		For:      "unshare -n, and run: own links, routes and ports",
		question: creates(ns.Net),
	}
	PIDNamespaces = &Probe{
		Name: "pid namespaces", Area: Namespaces, Since: Version{2, 6}, Config: "CONFIG_PID_NS", need: byAll,
		For:      "unshare -p, and run: own process 1",
		question: creates(ns.PID),
	}
	MountNamespaces = &Probe{
		Name: "mount namespaces", Area: Namespaces, Since: Version{2, 6}, need: byAll,
		For:      "unshare -m, and run: own mounts and root",
		question: creates(ns.Mount),
	}
	TimeNamespaces = &Probe{
		Name: "time namespaces", Area: Namespaces, Since: Version{5, 6}, Config: "CONFIG_TIME_NS", need: byAll,
		For:      "unshare -T, and run: own monotonic and boot clocks",
		question: creates(ns.Time),
	}
)

// creates asks for a new namespace of a kind by making a child in one.
type creates ns.Kind

func (c creates) ask() (string, error) {
	kind := ns.Kind(c)
	if user := userFlag(); kind != ns.User && user != 0 {
		if err := new(script).run(user); err != nil {
			return "", fmt.Errorf("it takes a user namespace, and that fails: %v", err)
		}
	}
	err := new(script).run(kind.Flag() | userFlag())
	switch {
	case errors.Is(err, unix.EINVAL):
		return "", ErrNotSupported
	case errors.Is(err, unix.ENOSPC), errors.Is(err, unix.EUSERS):
		return "", limited(kind)
	case errors.Is(err, unix.EPERM) && kind == ns.User:
		return "", userRefused(err)
	case err != nil:
		return "", err
	}
	return "", nil
}

// fewNamespaces is what a limit of 0 is to be raised to.
const fewNamespaces = 15000

// limited explains ENOSPC: a limit on the number of namespaces, in this user
// namespace or in one around it.
func limited(kind ns.Kind) error {
	name := "user.max_" + kind.File() + "_namespaces"
	value, _ := sysctl(name)
	limit, err := strconv.ParseUint(value, 10, 31)
	set := func(n uint64) string { return fmt.Sprintf("sysctl -w %s=%d", name, n) }
	switch {
	case err != nil:
		return fmt.Errorf("no room for another, and %s cannot be read: %w", name, err)
	case limit == 0:
		return no(name+" is 0", set(fewNamespaces))
	case kind == ns.User && nesting() == 0:
		return no("user namespaces are already nested as deep as the kernel allows, 33")
	}
	return no(fmt.Sprintf("as many exist as are allowed; %s is %d here, and may be less in a user namespace around this one", name, limit), set(2*limit))
}
