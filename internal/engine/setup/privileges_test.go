package setup

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"isle/internal/caps"
	"isle/internal/engine/request"
)

// status is how a script shows lines of its own /proc/PID/status.
func status(lines string) string {
	return "grep -E '^(" + lines + "):' /proc/self/status | sed 's/[^:]*:[^0-9a-f]*//'"
}

func mask(s caps.Set) string {
	const digits = "0123456789abcdef"
	text := make([]byte, 16)
	for i := range text {
		text[i] = digits[s>>(60-4*i)&15]
	}
	return string(text)
}

// TestCapabilities: what the program may do.
func TestCapabilities(t *testing.T) {
	asBoth(t, func(t *testing.T, b *bed) {
		const none = "0000000000000000"
		usual := mask(caps.Default)
		admin := mask(1 << 21)
		all := caps.UpTo(caps.Last())
		if !b.user {
			all &= caps.Held()
		}
		for _, c := range []struct {
			name                               string
			r                                  request.Container
			inherited, effective, bound, among string
		}{
			{"usual", request.Container{}, none, usual, usual, none},
			{"none", request.Container{CapDrop: []string{"all"}}, none, none, none, none},
			{"one", request.Container{CapDrop: []string{"ALL"}, CapAdd: []string{"SYS_ADMIN"}}, none, admin, admin, none},
			{"less", request.Container{CapDrop: []string{"cap_chown"}}, none, mask(caps.Default &^ 1), mask(caps.Default &^ 1), none},
			{"another user", request.Container{User: "bob"}, none, none, usual, none},
			{"another user's own", request.Container{User: "bob", CapAdd: []string{"SYS_ADMIN"}}, admin, admin, mask(caps.Default | 1<<21), admin},
			{"privileged", request.Container{Privileged: true}, none, mask(all), mask(all), none},
		} {
			got := strings.Fields(b.sh(c.r, status("CapInh|CapEff|CapBnd|CapAmb")))
			if want := []string{c.inherited, c.effective, c.bound, c.among}; strings.Join(got, " ") != strings.Join(want, " ") {
				t.Errorf("%s: %q, want %q", c.name, got, want)
			}
		}
	})
}

// TestHardening: filters, privileges that are not regained, what is hidden.
func TestHardening(t *testing.T) {
	asBoth(t, func(t *testing.T, b *bed) {
		b.write("profile.json", `{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":38}]}`)
		for _, c := range []struct {
			name, script, want string
			r                  request.Container
		}{
			{"filter", status("Seccomp"), "2", request.Container{}},
			{"unconfined", status("Seccomp"), "0", request.Container{Seccomp: "unconfined"}},
			{"privileged", status("Seccomp"), "0", request.Container{Privileged: true}},
			{"a profile", "mkdir /tmp/x 2>&1 || :", "mkdir: can't create directory '/tmp/x': Function not implemented", request.Container{Seccomp: b.path("profile.json")}},
			{"new privileges", status("NoNewPrivs"), "0", request.Container{}},
			{"no new privileges", status("NoNewPrivs"), "1", request.Container{NoNewPrivileges: true}},
			{"masked", "ls /sys/firmware; cat /proc/timer_list", "", request.Container{}},
			{"masked too", "ls /etc/secret", "", request.Container{Mask: []string{"/etc/secret"}}},
			{"not masked", "grep -c ' /proc/sys .*\\bro\\b' /proc/mounts || :", "0", request.Container{Unmask: []string{"/proc/*"}}},
			{"none masked", "grep -c ' /sys/firmware ' /proc/mounts || :", "0", request.Container{Unmask: []string{"ALL"}}},
			{"init's filter", status("Seccomp|NoNewPrivs"), "1\n2", request.Container{Init: true, NoNewPrivileges: true}},
		} {
			if got := b.sh(c.r, c.script); got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
	})
}

// TestLimits: what the program's own limits are, and the cgroups'.
func TestLimits(t *testing.T) {
	asBoth(t, func(t *testing.T, b *bed) {
		for _, c := range []struct {
			name, script, want string
			r                  request.Container
		}{
			{"files", "ulimit -Sn; ulimit -Hn", "100\n200", request.Container{Ulimits: []string{"nofile=100:200"}}},
			{"core", "ulimit -c; ulimit -n", "0\n64", request.Container{Ulimits: []string{"core=0", "nofile=64"}}},
			{"oom", "cat /proc/self/oom_score_adj", "500", request.Container{OOMScoreAdj: ptr(500)}},
			{"sysctl", "cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/msgmax", "1\n4000", request.Container{Sysctl: map[string]string{"net.ipv4.ip_forward": "1", "kernel.msgmax": "4000"}}},
			{"no cgroups", "test -e /sys/fs/cgroup/memory || echo none", "none", request.Container{Cgroups: "disabled"}},
		} {
			if got := b.sh(c.r, c.script); got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
	})
}

func ptr[T any](v T) *T { return &v }

// TestCgroupLimits: what the cgroups hold root's container to.
func TestCgroupLimits(t *testing.T) {
	b := newBed(t, false)
	if unified() {
		t.Skip("its files are those of version 1")
	}
	limits := request.Limits{Memory: 64 << 20, MemoryReservation: 32 << 20, CPUs: 0.5, CPUShares: 100, PidsLimit: ptr(int64(50)), CpusetCPUs: "0"}
	script := "cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes memory/memory.soft_limit_in_bytes cpu/cpu.cfs_quota_us cpu/cpu.cfs_period_us cpu/cpu.shares pids/pids.max cpuset/cpuset.cpus"
	want := "67108864\n33554432\n50000\n100000\n100\n50\n0"
	if got := b.sh(request.Container{Limits: limits}, script); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := b.sh(request.Container{}, "cat /sys/fs/cgroup/pids/pids.max; sed -n 's/.*pids:\\(.*isle-\\).*/\\1/p' /proc/self/cgroup"); got != "2048\n/isle/isle-" {
		t.Errorf("%q", got)
	}
	t.Cleanup(func() {
		parents, _ := filepath.Glob("/sys/fs/cgroup/*/isle-test")
		for _, dir := range parents {
			os.Remove(dir)
		}
	})
	if got := b.sh(request.Container{CgroupParent: "/isle-test"}, "sed -n 's/.*pids:\\(.*isle-\\).*/\\1/p' /proc/self/cgroup"); got != "/isle-test/isle-" {
		t.Errorf("%q", got)
	}
}

// TestDevices: the host's devices in a container.
func TestDevices(t *testing.T) {
	asBoth(t, func(t *testing.T, b *bed) {
		for _, c := range []struct {
			name, script, want string
			r                  request.Container
		}{
			{"one", "head -c2 /dev/other | wc -c", "2", request.Container{Devices: []string{"/dev/zero:/dev/other"}}},
			{"not other ones", "ls /dev | grep -c loop-control || :", "0", request.Container{}},
			{"privileged", "test -e /dev/fuse -o -e /dev/kmsg && echo yes", "yes", request.Container{Privileged: true}},
		} {
			if got := b.sh(c.r, c.script); got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
	})
}
