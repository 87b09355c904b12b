package oci_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// probed runs a probe and gives what it tells.
func probed(t *testing.T, word string, change func(s *specs.Spec)) string {
	t.Helper()
	return says(t, "", func(s *specs.Spec) { s.Process.Args = []string{"probe", word}; change(s) })
}

func TestScheduler(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		scheduler specs.Scheduler
		want      string
	}{
		{specs.Scheduler{Policy: specs.SchedOther, Nice: -5}, "0 0 -5 0 "}, {specs.Scheduler{Policy: specs.SchedOther, Nice: 19}, "0 0 19 0 "},
		{specs.Scheduler{Policy: specs.SchedBatch, Nice: 3}, "3 0 3 0 "}, {specs.Scheduler{Policy: specs.SchedIdle}, "5 0 0 0 "},
		{specs.Scheduler{Policy: specs.SchedOther, Flags: []specs.LinuxSchedulerFlag{specs.SchedFlagResetOnFork}}, "0 1 0 0 "},
	} {
		got := probed(t, "scheduler", func(s *specs.Spec) { s.Process.Scheduler = &c.scheduler })
		same(t, string(c.scheduler.Policy), strings.HasPrefix(got, c.want), true)
		if !strings.HasPrefix(got, c.want) {
			t.Log(got)
		}
	}
}

func TestDeadlineScheduler(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) {
		s.Process.Args = []string{"probe", "scheduler"}
		s.Process.Scheduler = &specs.Scheduler{Policy: specs.SchedDeadline, Runtime: 1e6, Deadline: 1e7, Period: 2e7, Flags: []specs.LinuxSchedulerFlag{specs.SchedFlagResetOnFork}}
	})
	r := b.oci("run", b.id)
	if r.code != 0 && strings.Contains(r.err, "not permitted") {
		t.Skip("the kernel grants no deadline: ", r.err)
	}
	has(t, r.out, "6 1 0 0 1000000 10000000 20000000 0")
}

func TestRealtimeScheduler(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) {
		s.Process.Args = []string{"probe", "scheduler"}
		s.Process.Scheduler = &specs.Scheduler{Policy: specs.SchedRR, Priority: 7}
	})
	r := b.oci("run", b.id)
	if r.code != 0 {
		has(t, r.err, "SCHED_RR", "not permitted")
		t.Skip("the cgroup grants no realtime: ", strings.TrimSpace(r.err))
	}
	has(t, r.out, "2 0 0 7 ")
}

func TestIOPriority(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		class    specs.IOPriorityClass
		priority int
		want     string
	}{{specs.IOPRIO_CLASS_BE, 3, "2 3 0"}, {specs.IOPRIO_CLASS_IDLE, 0, "3 0 0"}, {specs.IOPRIO_CLASS_RT, 7, "1 7 0"}} {
		got := probed(t, "ioprio", func(s *specs.Spec) {
			s.Process.IOPriority = &specs.LinuxIOPriority{Class: c.class, Priority: c.priority}
		})
		same(t, string(c.class), got, c.want)
	}
}

func TestPersonality(t *testing.T) {
	t.Parallel()
	same(t, "LINUX", probed(t, "personality", func(s *specs.Spec) { s.Linux.Personality = &specs.LinuxPersonality{Domain: specs.PerLinux} }), "0 0")
	same(t, "LINUX32", probed(t, "personality", func(s *specs.Spec) { s.Linux.Personality = &specs.LinuxPersonality{Domain: specs.PerLinux32} }), "8 0")
}

// processors is the list that a process may run on, as its status has it.
func processors(t *testing.T, status string) string {
	t.Helper()
	_, rest, ok := strings.Cut(status, "Cpus_allowed_list:\t")
	if !ok {
		t.Fatalf("no processors in %q", status)
	}
	list, _, _ := strings.Cut(rest, "\n")
	return list
}

func needsProcessors(t *testing.T) {
	t.Helper()
	if n := runtime.NumCPU(); n < 2 {
		t.Skip("needs processors 0 and 1: this machine has ", n)
	}
}

// TestAffinity: it is for processes that are executed, not for the first one.
func TestAffinity(t *testing.T) {
	t.Parallel()
	needsProcessors(t)
	own, err := os.ReadFile("/proc/self/status")
	must(t, err)
	for _, c := range []struct{ final, want string }{{"0", "0"}, {"1", "1"}, {"0-1", "0-1"}, {"0,1", "0-1"}} {
		b := running(t, func(s *specs.Spec) { s.Process.ExecCPUAffinity = &specs.CPUAffinity{Initial: "0", Final: c.final} })
		same(t, "executed", processors(t, b.exec("cat /proc/self/status")), c.want)
		first, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", b.state().Pid))
		must(t, err)
		same(t, "first", processors(t, string(first)), processors(t, string(own)))
	}
}

// TestAffinityBefore: initial is for before the process is in the container's
// cgroup, where the kernel would refuse what the cgroup has not got.
func TestAffinityBefore(t *testing.T) {
	t.Parallel()
	needsProcessors(t)
	b := newBundle(t, func(s *specs.Spec) {
		s.Process.Args = []string{"sleep", "1000"}
		s.Linux.Resources = &specs.LinuxResources{CPU: &specs.LinuxCPU{Cpus: "0"}}
		s.Process.ExecCPUAffinity = &specs.CPUAffinity{Initial: "1"}
	})
	if r := b.oci("run", "-d", b.id); r.code != 0 && strings.Contains(r.err, "controller cpuset") {
		t.Skip("the cgroups here give out no processors: ", r.err)
	}
	same(t, "of the cgroup", processors(t, b.exec("cat /proc/self/status")), "0")
	for field, a := range map[string]specs.CPUAffinity{"final": {Final: "1"}, "initial": {Initial: "8191"}} {
		text, err := json.Marshal(specs.Process{Args: []string{"true"}, Cwd: "/", ExecCPUAffinity: &a})
		must(t, err)
		file := filepath.Join(b.dir, field)
		must(t, os.WriteFile(file, text, 0o644))
		b.bad([]string{"processors"}, "exec", "--process", file, b.id)
	}
}

func TestMemoryPolicy(t *testing.T) {
	t.Parallel()
	if _, _, errno := unix.Syscall(unix.SYS_SET_MEMPOLICY, 0, 0, 0); errno == unix.ENOSYS {
		t.Skip("the kernel has no NUMA: set_mempolicy: ", errno)
	}
	for _, c := range []struct {
		policy specs.LinuxMemoryPolicy
		want   string
	}{
		{specs.LinuxMemoryPolicy{Mode: specs.MpolBind, Nodes: "0"}, "2 0 1 0"}, {specs.LinuxMemoryPolicy{Mode: specs.MpolDefault}, "0 0 0 0"},
		{specs.LinuxMemoryPolicy{Mode: specs.MpolInterleave, Nodes: "0", Flags: []specs.MemoryPolicyFlagType{specs.MpolFStaticNodes}}, "3 4 1 0"},
		{specs.LinuxMemoryPolicy{Mode: specs.MpolLocal}, "4 0 0 0"}, {specs.LinuxMemoryPolicy{Mode: specs.MpolPreferred, Nodes: "0"}, "1 0 1 0"},
	} {
		got := probed(t, "mempolicy", func(s *specs.Spec) { s.Linux.MemoryPolicy = &c.policy })
		same(t, string(c.policy.Mode), got, c.want)
	}
}
