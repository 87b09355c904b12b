package audit

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"isle/internal/inspect"
)

// lacking is what this machine has not, so that no process of this user on it
// can have the weakness; empty if it should have it.
func lacking(rule string) string {
	for _, l := range [...]struct {
		rule, why string
		lacks     func() bool
	}{
		{"devices", "takes a device that this user may open, such as /dev/kmsg", func() bool {
			return os.Geteuid() != 0 && unix.Access("/dev/kmsg", unix.R_OK) != nil
		}},
		{"sys-unmasked", "takes a part of /sys that this user may read, such as /sys/firmware", func() bool { return unix.Access("/sys/firmware", unix.R_OK) != nil }},
		{"cgroup-escape", "takes a cgroup tree that is mounted writable", func() bool {
			return !hostHas(func(m *inspect.Mount) bool { return m.Type[:1] == "c" && !superReadOnly(m) })
		}},
		{"host-writable", "takes a host mounted writable", func() bool {
			return !hostHas(func(m *inspect.Mount) bool { return !isKernelType(m.Type) && !superReadOnly(m) })
		}},
		{"limit-memory", "takes cgroups without a limit", limitedHere},
		{"limit-pids", "takes cgroups without a limit", limitedHere},
		{"limit-cpu", "takes cgroups without a limit", limitedHere},
	} {
		if l.rule == rule && l.lacks() {
			return l.why
		}
	}
	return ""
}

func hostHas(is func(*inspect.Mount) bool) bool {
	for i := range findHost().mounts {
		if is(&findHost().mounts[i]) {
			return true
		}
	}
	return false
}

func limitedHere() bool {
	p, err := inspect.Look(0)
	if err != nil {
		return false
	}
	for _, l := range p.Resources {
		if l.Value != nil || !l.Known {
			return true
		}
	}
	return false
}

func TestLabel(t *testing.T) {
	for label, weak := range map[string]bool{
		"unconfined": true, "docker-default (enforce)": false, "docker-default (complain)": true, "x (unconfined)": true,
		"system_u:system_r:container_t:s0:c1,c2": false, "unconfined_u:unconfined_r:unconfined_t:s0": true, "system_u:system_r:spc_t:s0": true,
	} {
		if v := weighLabel(label); v.state != known || (v.badness > 0) != weak {
			t.Errorf("%s: %+v", label, v)
		}
	}
}

func TestOpenFiles(t *testing.T) {
	for hard, weak := range map[string]bool{"1024": false, "262144": false, "1048576": true, "unlimited": true} {
		s := &subject{Process: &inspect.Process{Limits: []inspect.Limit{{Name: "Max open files", Soft: "1024", Hard: hard}}}}
		if v := checkOpenFiles(s); v.state != known || (v.badness > 0) != weak {
			t.Errorf("%s: %+v", hard, v)
		}
	}
}
