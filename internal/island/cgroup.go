package island

import (
	"slices"
	"strings"
)

// made is what a cgroup's name says of who made it.
type made struct {
	engine, id string
	sort       Sort
}

// cgroupName is how an engine or systemd names the cgroup of a container or a
// unit: the id stands between before and after. Where above is set, a cgroup of
// that name is somewhere above it, or right above an id that is any name.
type cgroupName struct {
	before, after string
	hexadecimal   bool // the id is the 64 digits of a container's
	above         string
	engine        string
	sort          Sort
}

// cgroupNames are looked through in order. Those of the monitors that stand
// beside a container (libpod-conmon-ID.scope) have no 64 digits where these do.
var cgroupNames = []cgroupName{
	{"docker-", ".scope", true, "", "docker", Container},
	{"libpod-", ".scope", true, "", "podman", Container},
	{"libpod-", "", true, "", "podman", Container},
	{"crio-", ".scope", true, "", "cri-o", Container},
	{"crio-", "", true, "", "cri-o", Container},
	{"cri-containerd-", ".scope", true, "", "containerd", Container},
	{"nerdctl-", ".scope", true, "", "nerdctl", Container},
	{"isle-", ".scope", true, "", "isle", Container},
	{"isle-", "", true, "", "isle", Container},
	{"", "", true, "docker", "docker", Container},
	{"", "", true, "kubepods", "kubernetes", Container},
	{"", "", true, "k8s.io", "kubernetes", Container},
	{"", "", true, "actions_job", "docker", Container},
	{"", "", true, "libpod_parent", "podman", Container},
	{"", "", true, "", "", Container},
	{"isle-", ".scope", false, "", "isle", Container},
	{"", "", false, "isle", "isle", Container},
	{"lxc.payload.", "", false, "", "lxc", Container},
	{"", "", false, "lxc", "lxc", Container},
	{"machine-", ".scope", false, "", "systemd-nspawn", Container},
	{"systemd-nspawn@", ".service", false, "", "systemd-nspawn", Container},
	{"app-flatpak-", ".scope", false, "", "flatpak", Container},
	{"snap.", ".scope", false, "", "snap", Container},
	{"snap.", ".service", false, "", "snap", Container},
	{"", ".service", false, "", "systemd", Unit},
	{"", ".socket", false, "", "systemd", Unit},
}

// madeBy reads a cgroup's path from the inside out.
func madeBy(path string) (made, bool) {
	names := strings.Split(strings.Trim(path, "/"), "/")
	for n := len(names) - 1; n >= 0; n-- {
		for _, form := range cgroupNames {
			if id, ok := form.match(names[n]); ok && form.isBelow(names[:n]) {
				return made{form.engine, id, form.sort}, true
			}
		}
	}
	return made{}, false
}

func (f cgroupName) match(name string) (id string, ok bool) {
	id, ok = strings.CutPrefix(name, f.before)
	if !ok {
		return "", false
	}
	if id, ok = strings.CutSuffix(id, f.after); !ok || id == "" {
		return "", false
	}
	if f.sort == Unit {
		id = name // a unit's name has its suffix
	}
	return id, !f.hexadecimal || isContainerID(id)
}

// isBelow says whether one of the cgroups above has the name, or is systemd's
// slice of it: kubepods, kubepods.slice, kubepods-besteffort.slice.
func (f cgroupName) isBelow(above []string) bool {
	if f.above == "" {
		return true
	}
	if !f.hexadecimal {
		return len(above) > 0 && above[len(above)-1] == f.above
	}
	return slices.ContainsFunc(above, func(a string) bool {
		return a == f.above || strings.HasPrefix(a, f.above) && strings.HasSuffix(a, ".slice")
	})
}

func isContainerID(s string) bool {
	return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == ""
}
