package oci_test

import (
	"os"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// TestExecLabels passes over labels of security modules that do not run here,
// with a warning.
func TestExecLabels(t *testing.T) {
	t.Parallel()
	b := running(t, nil)
	if enabled, err := os.ReadFile("/sys/module/apparmor/parameters/enabled"); err != nil || enabled[0] != 'Y' {
		r := b.oci("exec", "--apparmor", "profile", b.id, "echo", "done")
		same(t, "output", r.out, "done\n")
		has(t, r.err, "warning", "AppArmor", "profile")
	}
	if _, err := os.Stat("/sys/fs/selinux/enforce"); err != nil {
		r := b.oci("exec", "--process-label", "user:role:type:s0", b.id, "echo", "done")
		same(t, "output", r.out, "done\n")
		has(t, r.err, "warning", "SELinux", "user:role:type:s0")
	}
}

// TestExecCgroup puts a process into a cgroup below the container's.
func TestExecCgroup(t *testing.T) {
	t.Parallel()
	b, tree, line := running(t, func(s *specs.Spec) { without(s, specs.CgroupNamespace) }), "pids:", ":pids:"
	if unified() {
		tree, line = "", "0::"
	}
	must(t, os.Mkdir(cgroupInside()+b.group+"/below", 0o755))
	out := b.exec("cat /proc/self/cgroup", "--cgroup", tree+"below") + "\n"
	has(t, out, line+b.group+"/below\n")
	if !unified() {
		has(t, out, ":memory:"+b.group+"\n") // and not below in another hierarchy too
	}
	b.bad([]string{"absent"}, "exec", "--cgroup", tree+"absent", b.id, "true")
	for _, path := range []string{"../..", "/..", "below/../../.."} {
		r := b.oci("exec", "--cgroup", tree+path, b.id, "grep", line, "/proc/self/cgroup")
		if r.code == 0 && !strings.Contains(r.out, b.group) {
			t.Errorf("--cgroup %s leads out of the container: %s", path, r.out)
		}
	}
}

// TestExecIgnorePaused has the process wait until the container is resumed.
func TestExecIgnorePaused(t *testing.T) {
	t.Parallel()
	b := running(t, nil)
	b.good("pause", b.id)
	cmd := b.command("exec", "--ignore-paused", b.id, "sh", "-c", "exit 4")
	must(t, cmd.Start())
	same(t, "status", b.state().Status, "paused")
	b.good("resume", b.id)
	cmd.Wait()
	same(t, "status", cmd.ProcessState.ExitCode(), 4)
}

// TestInheritableOutsideBounding cannot be granted: a warning, and no error.
func TestInheritableOutsideBounding(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) {
		capabilities(s, "CAP_KILL")
		s.Process.Capabilities.Inheritable = []string{"CAP_KILL", "CAP_CHOWN"}
		script(s, tellCapabilities)
	})
	for _, way := range []string{"run", "create"} {
		r := b.by(way)
		same(t, "sets", strings.TrimSpace(r.out), sets(1<<5, 1<<5, 1<<5, 1<<5, 0))
		has(t, r.err, "warning", "inheritable", "CAP_CHOWN")
	}
}

// TestCgroupManagerDisabled makes no cgroup, and the process stays where it is.
func TestCgroupManagerDisabled(t *testing.T) {
	t.Parallel()
	for _, words := range []string{"run --detach", "create;start"} {
		b := newBundle(t, func(s *specs.Spec) {
			s.Process.Args = []string{"sleep", "1000"}
			s.Linux.Resources = &specs.LinuxResources{Pids: &specs.LinuxPids{Limit: ptr(int64(10))}}
		})
		b.global = []string{"--cgroup-manager=disabled"}
		b.prepared(words)
		for _, left := range b.left() {
			if strings.HasPrefix(left, "cgroup") {
				t.Error(left, " was made")
			}
		}
		own := string(readFile(t, "/proc/self/cgroup"))
		same(t, "cgroups", string(readFile(t, "/proc/"+itoa(b.state().Pid)+"/cgroup")), own)
		same(t, "exec", b.exec("echo inside"), "inside")
		b.good("delete", "--force", b.id)
	}
}
