package feature

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"isle/internal/cgroup"
)

// The probes of cgroups.
var (
	Cgroups = &Probe{
		Name: "cgroups", Area: Resources, Since: Version{2, 6}, Config: "CONFIG_CGROUPS",
		For:      "limits on memory, processors and processes",
		question: try(askCgroups),
	}
	CgroupDelegation = &Probe{
		Name: "delegated cgroup controllers", Area: Resources, Config: "CONFIG_CGROUPS",
		For:      "limits that this user may set",
		question: try(askDelegation),
	}
)

// hierarchies lists the cgroup trees that are mounted and this process is in.
func hierarchies() ([]cgroup.Hierarchy, error) {
	all, err := cgroup.Of(0)
	return slices.DeleteFunc(all, func(h cgroup.Hierarchy) bool { return h.Mount == "" }), err
}

func askCgroups() (string, error) {
	all, err := hierarchies()
	if err != nil {
		return "", err
	}
	v2 := slices.ContainsFunc(all, func(h cgroup.Hierarchy) bool { return h.V2 })
	v1 := slices.ContainsFunc(all, func(h cgroup.Hierarchy) bool { return !h.V2 && !strings.HasPrefix(h.Controllers[0], "name=") })
	switch {
	case v1 && v2:
		return "hybrid: version 1, and version 2 beside it", nil
	case v2:
		return "version 2", nil
	case v1:
		return "version 1", nil
	}
	return "", no("no cgroup file system is mounted", "mount -t cgroup2 cgroup2 /sys/fs/cgroup")
}

// askDelegation lists the controllers of the trees where this process may act.
func askDelegation() (string, error) {
	all, err := hierarchies()
	if err != nil {
		return "", err
	}
	var mine []string
	unified := ""
	for _, h := range all {
		if h.V2 {
			unified = h.Mount
		}
		if h.Delegated() {
			mine = append(mine, h.Controllers...)
		}
	}
	mine = slices.DeleteFunc(mine, func(c string) bool { return strings.HasPrefix(c, "name=") })
	slices.Sort(mine)
	if len(mine) > 0 {
		return strings.Join(mine, " "), nil
	}
	return "", undelegated(unified)
}

// undelegated tells how this user gets a cgroup, where version 2 is mounted at
// unified and systemd looks after it; version 1 cannot be delegated safely. A
// session's processes are outside of what systemd gives the user's own manager.
func undelegated(unified string) error {
	const reason = "this user may write to no cgroup that has controllers"
	uid := os.Geteuid()
	manager := fmt.Sprintf("%s/user.slice/user-%d.slice/user@%d.service", unified, uid, uid)
	_, err := os.Stat("/run/systemd/system")
	switch {
	case err != nil || unified == "":
		return no(reason)
	case cgroup.Delegated(manager):
		return no("this session's cgroup is not the user's; `systemd-run --user --scope isle ...` starts isle in one that is")
	}
	return no(reason,
		"mkdir -p /etc/systemd/system/user@.service.d",
		`printf '[Service]\nDelegate=cpu cpuset io memory pids\n' >/etc/systemd/system/user@.service.d/delegate.conf`,
		"systemctl daemon-reload")
}
