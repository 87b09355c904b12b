package oci_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// unified says whether the host has cgroup version 2 alone.
func unified() bool {
	_, err := os.Stat("/sys/fs/cgroup/cgroup.controllers")
	return err == nil
}

// cgroupInside is where a container sees its own cgroup, or one of them.
func cgroupInside() string {
	if unified() {
		return "/sys/fs/cgroup"
	}
	return "/sys/fs/cgroup/pids"
}

// TestCgroupMount shows the container its own cgroups, with and without a
// cgroup namespace.
func TestCgroupMount(t *testing.T) {
	t.Parallel()
	for _, own := range []bool{false, true} {
		t.Run(fmt.Sprint("namespace ", own), func(t *testing.T) {
			b := newBundle(t, func(s *specs.Spec) {
				script(s, "cat /proc/self/mountinfo; echo; cat /sys/fs/cgroup/*/cgroup.procs /sys/fs/cgroup/cgroup.procs 2>/dev/null; mkdir "+cgroupInside()+"/made 2>&1; ls -l /sys/fs/cgroup")
				if without(s, specs.CgroupNamespace); own {
					namespace(s, specs.CgroupNamespace, "")
				}
			})
			out := b.run()
			has(t, out, "\n1\n", "Read-only file system")
			found := 0
			for _, m := range mountsIn(out) {
				if m.kind != "cgroup" && m.kind != "cgroup2" {
					continue
				}
				found++
				if own && m.root != "/" || !own && !strings.HasSuffix(m.root, b.group) {
					t.Errorf("%s shows %s", m.target, m.root)
				}
				has(t, m.options, "ro,nosuid,nodev,noexec")
			}
			if found == 0 {
				t.Error("no cgroups are mounted")
			}
		})
	}
}

func TestWritableCgroupMount(t *testing.T) {
	t.Parallel()
	made := cgroupInside() + "/made"
	out := says(t, "mkdir "+made+" && rmdir "+made+" && echo made", func(s *specs.Spec) {
		namespace(s, specs.CgroupNamespace, "")
		s.Mounts[len(s.Mounts)-1].Options = []string{"nosuid", "noexec", "nodev", "rw"}
	})
	same(t, "output", out, "made")
}

// TestSysfsWithoutNetwork is what the kernel refuses: a new sysfs in a user
// namespace that does not own the network.
func TestSysfsOfHostNetwork(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) {
		mapped(s)
		without(s, specs.NetworkNamespace)
		script(s, "ls -d /sys/class; cat /proc/self/mountinfo")
	})
	out := b.run()
	has(t, out, "/sys/class\n")
	has(t, at(t, mountsIn(out), "/sys").options, "ro,nosuid,nodev,noexec")
}

// TestProcOfHostPids has no PID namespace of its own.
func TestProcOfHostPids(t *testing.T) {
	t.Parallel()
	for _, user := range []bool{false, true} {
		out := says(t, "ls -d /proc/self /proc/$$; stat -f -c %T /proc", func(s *specs.Spec) {
			without(s, specs.PIDNamespace)
			if user {
				mapped(s)
				s.Linux.MaskedPaths, s.Linux.ReadonlyPaths = nil, nil
			}
		})
		has(t, out, "/proc/self\n", "proc")
	}
}
