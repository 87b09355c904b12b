package oci_test

import (
	"os"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// TestIntelRdt: without resctrl the container is refused and nothing is left; with
// it, a group is made and removed.
func TestIntelRdt(t *testing.T) {
	t.Parallel()
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	must(t, err)
	b := newBundle(t, func(s *specs.Spec) {
		s.Process.Args = []string{"sleep", "1000"}
		s.Linux.IntelRdt = &specs.LinuxIntelRdt{}
	})
	if !strings.Contains(string(mounts), " - resctrl ") {
		b.bad([]string{"linux.intelRdt", "resctrl"}, "create", b.id)
		same(t, "left", strings.Join(b.left(), "\n"), "")
		return
	}
	b.good("run", "-d", b.id)
	tasks, err := os.ReadFile("/sys/fs/resctrl/" + b.id + "/tasks")
	must(t, err)
	same(t, "processes", len(strings.Fields(string(tasks))), 1)
	b.exec("true")
	has(t, b.good("events", "--stats", b.id), `"intel_rdt":{"`, `"schemata":["`)
	b.good("delete", "--force", b.id)
	_, err = os.Stat("/sys/fs/resctrl/" + b.id)
	same(t, "removed", os.IsNotExist(err), true)
}

// TestUpdateOfShares: a container without intelRdt has none to change.
func TestUpdateOfShares(t *testing.T) {
	t.Parallel()
	b := running(t, nil)
	b.bad([]string{"linux.intelRdt"}, "update", "--l3-cache-schema", "L3:0=f", b.id)
	b.bad([]string{"linux.intelRdt"}, "update", "--mem-bw-schema", "MB:0=10", b.id)
}
