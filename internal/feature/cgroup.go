package feature

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"
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

// hierarchy is a mounted cgroup tree and where in it this process is.
type hierarchy struct {
	v2          bool
	controllers []string
	mount       string // the mount point
	dir         string // this process's cgroup as a path, or empty if it is out of sight
}

// hierarchies lists the cgroup trees that are mounted, each once.
func hierarchies() ([]hierarchy, error) {
	mounts, err := mountinfo.GetMounts(mountinfo.FSTypeFilter("cgroup", "cgroup2"))
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return nil, err
	}
	var all []hierarchy
	for line := range strings.Lines(string(text)) {
		fields := strings.SplitN(strings.TrimSuffix(line, "\n"), ":", 3)
		if len(fields) != 3 {
			return nil, fmt.Errorf("/proc/self/cgroup: line %q", line)
		}
		i := slices.IndexFunc(mounts, func(m *mountinfo.Info) bool { return carries(m, fields[1]) })
		if i >= 0 {
			all = append(all, join(mounts[i], fields[1], fields[2]))
		}
	}
	return all, nil
}

// carries says whether the mount is of the hierarchy with these controllers,
// none for version 2 (cgroups(7), /proc/PID/cgroup).
func carries(m *mountinfo.Info, controllers string) bool {
	if controllers == "" {
		return m.FSType == "cgroup2"
	}
	return m.FSType == "cgroup" && slices.Contains(strings.Split(m.VFSOptions, ","), strings.Split(controllers, ",")[0])
}

func join(m *mountinfo.Info, controllers, path string) hierarchy {
	h := hierarchy{v2: m.FSType == "cgroup2", mount: m.Mountpoint}
	below, err := filepath.Rel(m.Root, path)
	outside := path == "/.." || strings.HasPrefix(path, "/../") // of the cgroup namespace
	if err == nil && filepath.IsLocal(below) && !outside {
		h.dir = filepath.Join(m.Mountpoint, below)
	}
	if !h.v2 {
		h.controllers = strings.Split(controllers, ",")
	} else if b, err := os.ReadFile(filepath.Join(h.top(), "cgroup.controllers")); err == nil {
		h.controllers = strings.Fields(string(b))
	}
	return h
}

// top is the highest cgroup above this process's that is this user's to divide,
// or this process's own if that is not. The controllers of version 2 come down
// from there.
func (h hierarchy) top() string {
	top := h.dir
	for dir := h.dir; dir != "" && writable(dir); dir = filepath.Dir(dir) {
		top = dir
		if dir == h.mount {
			break
		}
	}
	return top
}

// delegated says whether this process may make cgroups below its own and move
// itself there.
func (h hierarchy) delegated() bool { return h.dir != "" && writable(h.dir) }

func writable(cgroup string) bool {
	for _, file := range []string{"", "cgroup.procs"} {
		if unix.Faccessat(unix.AT_FDCWD, filepath.Join(cgroup, file), unix.W_OK, unix.AT_EACCESS) != nil {
			return false
		}
	}
	return true
}

func askCgroups() (string, error) {
	all, err := hierarchies()
	if err != nil {
		return "", err
	}
	v2 := slices.ContainsFunc(all, func(h hierarchy) bool { return h.v2 })
	v1 := slices.ContainsFunc(all, func(h hierarchy) bool { return !h.v2 && !strings.HasPrefix(h.controllers[0], "name=") })
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
		if h.v2 {
			unified = h.mount
		}
		if h.delegated() {
			mine = append(mine, h.controllers...)
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
	case writable(manager):
		return no("this session's cgroup is not the user's; `systemd-run --user --scope isle ...` starts isle in one that is")
	}
	return no(reason,
		"mkdir -p /etc/systemd/system/user@.service.d",
		`printf '[Service]\nDelegate=cpu cpuset io memory pids\n' >/etc/systemd/system/user@.service.d/delegate.conf`,
		"systemctl daemon-reload")
}
