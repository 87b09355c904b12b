package resources

import (
	"fmt"
	"strings"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

func checkLists(r *specs.LinuxResources, fault faultFunc) {
	if c := r.CPU; c != nil {
		checkList("cpu.cpus", c.Cpus, fault)
		checkList("cpu.mems", c.Mems, fault)
	}
	if len(r.HugepageLimits)+len(r.Rdma)+len(r.Unified) > mostRules {
		fault("", "more than %d limits", mostRules)
	}
	for i, p := range r.HugepageLimits {
		if !pageSize(p.Pagesize) {
			fault(fmt.Sprintf("hugepageLimits[%d].pageSize", i), "%.100q is not a size like 64KB, 2MB or 1GB", p.Pagesize)
		}
	}
	for device := range r.Rdma {
		checkName("rdma", device, fault)
	}
	if r.Network != nil {
		for _, p := range r.Network.Priorities {
			checkName("network.priorities", p.Name, fault)
		}
	}
	for name, text := range r.Unified {
		checkUnified(name, text, fault)
	}
}

// checkList knows only the alphabet of a list of processors; the kernel knows
// which there are.
func checkList(field, list string, fault faultFunc) {
	if strings.Trim(list, "0123456789,-:/ ") != "" || len(list) > longestPath {
		fault(field, "%.100q is not a list like 0-3,7", list)
	}
}

// checkName refuses what would be more than one word of a line.
func checkName(field, name string, fault faultFunc) {
	if name == "" || len(name) > longestName || strings.ContainsAny(name, " \t=") || hasControl(name) {
		fault(field, "%.100q is not a name", name)
	}
}

func pageSize(s string) bool {
	digits, ok := strings.CutSuffix(s, "B")
	if !ok || len(digits) < 2 || len(digits) > 20 || strings.IndexByte("KMGTPE", digits[len(digits)-1]) < 0 {
		return false
	}
	return digits[0] != '0' && strings.Trim(digits[:len(digits)-1], "0123456789") == ""
}

// errands are files that are no limits: they move, kill or stop processes.
var errands = [...]string{"cgroup.procs", "cgroup.threads", "cgroup.kill", "cgroup.freeze"}

func checkUnified(name, text string, fault faultFunc) {
	field := fmt.Sprintf("unified[%.100q]", name)
	controller, _, ok := strings.Cut(name, ".")
	if !ok || controller == "" || len(name) > longestName || strings.Contains(name, "/") || hasControl(name) {
		fault(field, "not a file's name, CONTROLLER.PARAMETER")
	}
	for _, e := range errands {
		if name == e {
			fault(field, "not a limit")
		}
	}
	if len(text) > 1<<16 || strings.Contains(text, "\x00") {
		fault(field, "too long a value, or a zero byte in it")
	}
}
