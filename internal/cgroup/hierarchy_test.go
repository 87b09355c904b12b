package cgroup

import (
	"testing"

	"github.com/moby/sys/mountinfo"
)

func TestFind(t *testing.T) {
	v1 := &mountinfo.Info{FSType: "cgroup", VFSOptions: "rw,cpu,cpuacct", Root: "/box", Mountpoint: "/cg/cpu"}
	v2 := &mountinfo.Info{FSType: "cgroup2", VFSOptions: "rw", Root: "/", Mountpoint: "/cg"}
	if !carries(v1, "cpuacct,cpu") || carries(v1, "memory") || carries(v1, "") || !carries(v2, "") || carries(v2, "cpu") {
		t.Error("carries is wrong")
	}
	for _, c := range []struct {
		mount *mountinfo.Info
		path  string
		dir   string
	}{
		{v1, "/box/a", "/cg/cpu/a"},
		{v1, "/box", "/cg/cpu"},
		{v1, "/other", ""},
		{v2, "/../x", ""},
		{v2, "/a/b", "/cg/a/b"},
	} {
		h := Hierarchy{V2: c.mount == v2, Path: c.path}
		if h.find(c.mount); h.Dir != c.dir || h.Mount != c.mount.Mountpoint {
			t.Errorf("find %s: %+v", c.path, h)
		}
		if h.Dir == "" && h.Delegated() {
			t.Errorf("%+v is out of sight and yet delegated", h)
		}
	}
}
