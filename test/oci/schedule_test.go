package oci_test

import (
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// probed runs a probe and gives what it tells.
func probed(t *testing.T, word string, change func(s *specs.Spec)) string {
	t.Helper()
	return says(t, "", func(s *specs.Spec) { s.Process.Args = []string{"probe", word}; change(s) })
}

func TestScheduler(t *testing.T) {
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
	b := newBundle(t, func(s *specs.Spec) {
		s.Process.Args = []string{"probe", "scheduler"}
		s.Process.Scheduler = &specs.Scheduler{Policy: specs.SchedRR, Priority: 7}
	})
	r := b.oci("run", b.id)
	if r.code != 0 {
		has(t, r.err, "SCHED_RR", "not permitted")
		t.Skip("the cgroup grants no realtime: ", r.err)
	}
	has(t, r.out, "2 0 0 7 ")
}

func TestIOPriority(t *testing.T) {
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
	same(t, "LINUX", probed(t, "personality", func(s *specs.Spec) { s.Linux.Personality = &specs.LinuxPersonality{Domain: specs.PerLinux} }), "0 0")
	same(t, "LINUX32", probed(t, "personality", func(s *specs.Spec) { s.Linux.Personality = &specs.LinuxPersonality{Domain: specs.PerLinux32} }), "8 0")
}

func TestAffinity(t *testing.T) {
	for _, list := range []string{"0", "1", "0-1", "0,1"} {
		b := newBundle(t, func(s *specs.Spec) {
			s.Process.Args = []string{"sleep", "1000"}
			s.Process.ExecCPUAffinity = &specs.CPUAffinity{Initial: "0", Final: list}
		})
		b.good("run", "-d", b.id)
		got := b.exec("grep Cpus_allowed_list /proc/self/status")
		want := map[string]string{"0": "0", "1": "1", "0-1": "0-1", "0,1": "0-1"}[list]
		same(t, "of a process executed", got, "Cpus_allowed_list:\t"+want)
	}
}

func TestMemoryPolicy(t *testing.T) {
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
