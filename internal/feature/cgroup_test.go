package feature

import (
	"slices"
	"testing"

	"github.com/moby/sys/mountinfo"
)

// TestNoCgroups takes the cgroup mounts away in a mount namespace, and mends it.
func TestNoCgroups(t *testing.T) {
	needRoot(t)
	if err := Cgroups.Err(); err != nil {
		t.Skip(err)
	}
	const script = "umount -R /sys/fs/cgroup"
	answers := in(t, script, "--mount")
	f := answers[Cgroups.Name]
	if !f.No || len(f.Fix) != 1 || !answers[CgroupDelegation.Name].No {
		t.Fatal(f, answers[CgroupDelegation.Name])
	}
	if f := in(t, script+"\n"+f.Fix[0], "--mount")[Cgroups.Name]; f.Detail != "version 2" {
		t.Error(f)
	}
}

func TestJoin(t *testing.T) {
	v1 := &mountinfo.Info{FSType: "cgroup", VFSOptions: "rw,cpu,cpuacct", Root: "/box", Mountpoint: "/cg/cpu"}
	v2 := &mountinfo.Info{FSType: "cgroup2", VFSOptions: "rw", Root: "/", Mountpoint: "/cg"}
	if !carries(v1, "cpuacct,cpu") || carries(v1, "memory") || carries(v1, "") || !carries(v2, "") || carries(v2, "cpu") {
		t.Error("carries is wrong")
	}
	for _, c := range []struct {
		mount             *mountinfo.Info
		controllers, path string
		dir               string
	}{
		{v1, "cpu,cpuacct", "/box/a", "/cg/cpu/a"},
		{v1, "cpu,cpuacct", "/box", "/cg/cpu"},
		{v1, "cpu,cpuacct", "/other", ""},
		{v2, "", "/../x", ""},
		{v2, "", "/a/b", "/cg/a/b"},
	} {
		h := join(c.mount, c.controllers, c.path)
		if h.dir != c.dir || h.v2 != (c.mount == v2) || !h.v2 && !slices.Equal(h.controllers, []string{"cpu", "cpuacct"}) {
			t.Errorf("join %s: %+v", c.path, h)
		}
		if h.dir == "" && h.delegated() {
			t.Errorf("%+v is out of sight and yet delegated", h)
		}
	}
}
