package imports

import (
	"strings"
	"testing"
)

// floors is the house from the ground up. A name stands for the package and for
// everything under its folder that has no line of its own.
var floors = [][]string{
	{"internal/thread", "internal/resolve"},
	{"ns", "internal/getopt", "internal/filter", "internal/table", "internal/cgroup", "internal/netlink", "internal/beside", "internal/username",
		"internal/image/name"},
	{"internal/image/store"},
	{"internal/feature", "internal/program", "internal/island",
		"internal/idmap", "internal/passwd", "internal/caps", "internal/seccomp", "internal/landlock", "internal/mount"},
	{"internal/why", "internal/spawn", "internal/doctor"},
	{"internal/plan"},
	{"internal/network"},
	{"sandbox"},
	{"internal/rootfs"},
	{"internal/image/registry"},
	{"internal/image"},
	{"internal/oci/bundle", "internal/oci/resources", "internal/oci/netdevice", "internal/oci/resctrl", "internal/review"},
	{"internal/oci", "internal/inspect", "internal/container/checkpoint"},
	{"internal/container", "internal/engine/request"},
	{"internal/engine/setup", "internal/engine/logs", "internal/engine/attach", "internal/engine/tree"},
	{"internal/engine/hold"},
	{"internal/engine", "internal/monitor"},
	{"internal/compose"},
	{"internal/atlas", "internal/compare", "internal/audit"},
	{"internal/draw"},
	{"internal/page"},
	{"internal/web"},
	{"internal/cli/parent", "internal/cli/verb", "internal/cli/show"},
	{"internal/cli/review", "internal/cli/image", "internal/cli/format"},
	{"internal/cli/containers"},
	{"internal/cli"},
	{"cmd", "docs", "test", "internal/seccomp/gen"},
}

// stairs are the imports allowed between two packages of one floor beside those
// of a package's own folder, each with its reason.
var stairs = map[[2]string]string{}

// floorOf returns the index of the floor that a package of this module is on, by
// the longest name that is the package or a folder above it, or -1.
func floorOf(pkg string) int {
	floor, longest := -1, 0
	for i, names := range floors {
		for _, name := range names {
			if within(pkg, name) && len(name) > longest {
				floor, longest = i, len(name)
			}
		}
	}
	return floor
}

// within says whether pkg is the package name or lies in its folder.
func within(pkg, name string) bool {
	return pkg == name || strings.HasPrefix(pkg, name+"/")
}

// runsDown says whether the package from may import the package to.
func runsDown(from, to string) bool {
	if _, ok := stairs[[2]string{from, to}]; ok {
		return true
	}
	return floorOf(to) < floorOf(from) || floorOf(to) == floorOf(from) && within(to, from)
}

// TestImportsRunDown checks every import between two packages of the module,
// on both machines.
func TestImportsRunDown(t *testing.T) {
	for _, p := range listModule(t, "./...") {
		if floorOf(p.name()) < 0 {
			t.Errorf("%s is on no floor: give it a line in floors", p.name())
			continue
		}
		for _, path := range p.Imports {
			if to, ours := strings.CutPrefix(path, module+"/"); ours && !runsDown(p.name(), to) {
				t.Errorf("%s (floor %d) imports %s (floor %d), which is not below it", p.name(), floorOf(p.name()), to, floorOf(to))
			}
		}
	}
}

func TestRunsDown(t *testing.T) {
	for _, test := range []struct {
		from, to string
		want     bool
	}{
		{"sandbox", "internal/plan", true},
		{"internal/plan", "sandbox", false},
		{"internal/plan", "internal/plan/parts", true},
		{"internal/plan/parts", "internal/plan", false},
		{"internal/cli", "internal/cli/unshare", true},
		{"internal/cli/unshare", "internal/cli", false},
		{"internal/cli/unshare", "internal/cli/nsenter", false},
		{"internal/cli/unshare", "internal/cli/parent", true},
		{"internal/caps", "internal/mount", false},
		{"internal/seccomp/gen", "internal/seccomp", true},
		{"internal/seccomp", "internal/seccomp/gen", false},
		{"cmd/isle", "internal/cli", true},
		{"ns", "internal/program", false},
	} {
		if got := runsDown(test.from, test.to); got != test.want {
			t.Errorf("%s imports %s: %v, want %v", test.from, test.to, got, test.want)
		}
	}
	if floorOf("internal/planet") != -1 {
		t.Error("a package without a line has a floor")
	}
}
