package oci_test

import (
	"os"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// TestLowerRlimits needs no privilege.
func TestLowerRlimits(t *testing.T) {
	t.Parallel()
	out := says(t, "ulimit -Sn; ulimit -Hn; ulimit -Sc; ulimit -Ss", func(s *specs.Spec) {
		s.Process.Rlimits = []specs.POSIXRlimit{{Type: "RLIMIT_NOFILE", Soft: 100, Hard: 200}, {Type: "RLIMIT_CORE", Soft: 0, Hard: 0}, {Type: "RLIMIT_STACK", Soft: 1 << 20, Hard: 1 << 21}}
	})
	same(t, "limits", out, "100\n200\n0\n1024")
}

func TestRlimits(t *testing.T) {
	t.Parallel()
	needsCapability(t, unix.CAP_SYS_RESOURCE, "CAP_SYS_RESOURCE") // to raise hard limits
	out := says(t, "cat /proc/self/limits | tr -s ' '", func(s *specs.Spec) {
		limit := func(name string, soft, hard uint64) specs.POSIXRlimit {
			return specs.POSIXRlimit{Type: "RLIMIT_" + name, Soft: soft, Hard: hard}
		}
		const unlimited = 1<<64 - 1
		s.Process.Rlimits = []specs.POSIXRlimit{limit("NOFILE", 100, 200), limit("CORE", 0, unlimited), limit("CPU", 3600, 7200), limit("FSIZE", 1<<40, unlimited),
			limit("STACK", 1<<20, 1<<21), limit("NPROC", 1000, 1001), limit("MEMLOCK", 4096, 8192), limit("LOCKS", 5, 6), limit("SIGPENDING", 7, 8), limit("MSGQUEUE", 9, 10),
			limit("NICE", 1, 2), limit("RTPRIO", 3, 4), limit("RTTIME", 5, 6), limit("RSS", 11, 12), limit("AS", 1<<33, 1<<34), limit("DATA", 1<<32, 1<<33)}
	})
	has(t, out, "open files 100 200 ", "core file size 0 unlimited ", "cpu time 3600 7200 ", "file size 1099511627776 unlimited ", "stack size 1048576 2097152 ", "processes 1000 1001 ",
		"locked memory 4096 8192 ", "file locks 5 6 ", "pending signals 7 8 ", "msgqueue size 9 10 ", "nice priority 1 2", "realtime priority 3 4", "realtime timeout 5 6 ", "resident set 11 12 ", "address space 8589934592 17179869184 ", "data size 4294967296 8589934592 ")
}

// TestRlimitsOfIsle do not reach the container.
func TestRlimitsOfIsle(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) { s.Process.Rlimits = nil; script(s, "ulimit -n; ulimit -Hn") })
	cmd := b.command("run", b.id)
	cmd.Path = "/bin/sh"
	cmd.Args = append([]string{"sh", "-c", "ulimit -Sn 123; exec \"$@\"", "sh"}, cmd.Args...)
	r := finish(t, cmd)
	same(t, "soft limit", strings.HasPrefix(r.out, "123\n"), true)
}

func TestOOMScore(t *testing.T) {
	t.Parallel()
	for _, score := range []int{-1000, 0, 500, 1000} {
		if score < 0 && !hasCapability(t, unix.CAP_SYS_RESOURCE) {
			t.Log("score ", score, " is left out: this process has no CAP_SYS_RESOURCE")
			continue
		}
		for _, verbs := range [][]string{{"run"}, {"create", "start"}} {
			b := newBundle(t, func(s *specs.Spec) { s.Process.OOMScoreAdj = &score; s.Process.Args = []string{"sleep", "1000"} })
			if verbs[0] == "run" {
				b.good("run", "-d", b.id)
			} else {
				b.good("create", b.id)
				b.good("start", b.id)
			}
			same(t, "score", b.exec("cat /proc/1/oom_score_adj"), itoa(score))
		}
	}
}

// TestResources looks at the limits in the container's own cgroup.
func TestResources(t *testing.T) {
	t.Parallel()
	b := running(t, func(s *specs.Spec) {
		s.Linux.Resources = &specs.LinuxResources{Pids: &specs.LinuxPids{Limit: ptr(int64(20))}, Memory: &specs.LinuxMemory{Limit: ptr(int64(64 << 20))},
			CPU: &specs.LinuxCPU{Shares: ptr(uint64(512)), Quota: ptr(int64(50000)), Period: ptr(uint64(100000))}}
	})
	tell, shares := "cd /sys/fs/cgroup; cat pids/pids.max memory/memory.limit_in_bytes cpu/cpu.shares; cd cpu; cat cpu.cfs_quota_us cpu.cfs_period_us", [2]string{"512", "256"}
	if unified() {
		tell, shares = "cd /sys/fs/cgroup; cat pids.max memory.max cpu.weight; tr ' ' '\n' <cpu.max", [2]string{"59", "35"}
	}
	same(t, "limits", b.exec(tell), "20\n67108864\n"+shares[0]+"\n50000\n100000")
	b.good("update", "--pids-limit", "30", "--memory", "33554432", "--cpu-share", "256", b.id)
	same(t, "limits", b.exec(tell), "30\n33554432\n"+shares[1]+"\n50000\n100000")
	r := b.command("update", "--resources", "-", b.id)
	r.Stdin = strings.NewReader(`{"pids":{"limit":40}}`)
	same(t, "status", finish(t, r).code, 0)
	same(t, "limits", b.exec(tell), "40\n33554432\n"+shares[1]+"\n50000\n100000")
	has(t, b.good("events", "--stats", b.id), `"type":"stats"`, `"id":"`+b.id+`"`, `"pids":{"current":1,"limit":40}`, `"intel_rdt":{}`)
}

// TestUpdateOfKernelMemory: of what no kernel has any more, update says that it is
// passed over; the memory of TCP is set where there is such a limit.
func TestUpdateOfKernelMemory(t *testing.T) {
	t.Parallel()
	b := running(t, nil)
	const passed = "isle: warning: .memory.kernel: deprecated; passed over\n"
	same(t, "option", b.oci("update", "--kernel-memory", "33554432", b.id), result{err: passed})
	cmd := b.command("update", "--resources", "-", b.id)
	cmd.Stdin = strings.NewReader(`{"memory":{"kernel":33554432}}`)
	same(t, "file", finish(t, cmd), result{err: passed})
	b.bad([]string{`"much" is no whole number`}, "update", "--kernel-memory", "much", b.id)

	const limit = "memory/memory.kmem.tcp.limit_in_bytes"
	if _, err := os.Stat("/sys/fs/cgroup/" + limit); err != nil {
		b.bad([]string{"memory.kernelTCP"}, "update", "--kernel-memory-tcp", "33554432", b.id)
		return
	}
	b.good("update", "--kernel-memory-tcp", "33554432", b.id)
	same(t, "limit", b.exec("cat /sys/fs/cgroup/"+limit), "33554432")
}

// TestCgroupInUse refuses a cgroup that another container is in, and leaves that
// one alone.
func TestCgroupInUse(t *testing.T) {
	t.Parallel()
	b := sleeper(t)
	b.good("run", "--detach", b.id)
	for _, verb := range []string{"create", "run"} {
		b.bad([]string{"cgroup", "which is there already", "not empty"}, verb, b.id+"-2")
		same(t, "status of the first", b.state().Status, specs.StateRunning)
	}
	b.good("exec", b.id, "true")
	b.bad([]string{"container does not exist"}, "state", b.id+"-2")
}
