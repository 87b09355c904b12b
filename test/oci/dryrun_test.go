package oci_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// TestDryRun shows the plan of a bundle in every form, does nothing of it, and
// is right about what is then done.
func TestDryRun(t *testing.T) {
	t.Parallel()
	volume := t.TempDir()
	b := newBundle(t, func(s *specs.Spec) {
		script(s, "hostname; cat /proc/self/mountinfo; id -u; grep -E 'NoNewPrivs|^Seccomp:' /proc/self/status | tr -s '\\t' ' '")
		s.Hostname = "dry"
		s.Mounts = append(s.Mounts, bind(volume, "/mnt", "ro"))
		s.Process.User = specs.User{UID: 1234, GID: 1235}
		s.Linux.Seccomp = rule(specs.ActErrno, nil, nil, "personality")
		s.Hooks = hooksOf("createRuntime", shellHook("createRuntime", "echo ran >"+volume+"/ran"))
	})
	for _, c := range []struct {
		words []string
		says  []string
	}{
		{[]string{"--dry-run"}, []string{"dry", "/mnt", "1234", "seccomp", "hooks", "createRuntime", "execute sh"}},
		{[]string{"--dry-run=steps"}, []string{"dry", "/mnt", "1234", "seccomp", "hooks", "execute sh"}},
		{[]string{"--dry-run=shell"}, []string{"dry", "mount", "/mnt", "1234", "pivot_root"}},
		{[]string{"--dry-run=syscalls"}, []string{"sethostname", "dry", "move_mount", "setuid(1234)", "pivot_root", "execve", "seccomp"}},
		{[]string{"--dry-run=json"}, []string{"dry", "/mnt", "1234", "execve"}},
	} {
		for _, verb := range []string{"create", "run"} {
			out := b.good(append(append([]string{verb}, c.words...), b.id)...)
			has(t, out, c.says...)
			waits := strings.Contains(out, "wait for the start") || strings.Contains(out, "accept4")
			same(t, fmt.Sprint(verb, c.words, " waits"), waits, verb == "create")
			if c.words[0] == "--dry-run=json" && !json.Valid([]byte(out)) {
				t.Errorf("no JSON: %s", out)
			}
		}
	}
	same(t, "left", fmt.Sprint(b.left()), "[]")
	if _, err := os.Stat(volume + "/ran"); err == nil {
		t.Error("a hook was run")
	}
	if _, err := os.Stat(b.root); err == nil {
		t.Error("the state's directory was made")
	}
	out := b.run()
	has(t, out, "dry\n", "\n1234\n", "NoNewPrivs: 1\nSeccomp: 2\n")
	has(t, at(t, mountsIn(out), "/mnt").options, "ro,")
	same(t, "hook", string(readFile(t, volume+"/ran")), "ran\n")
	b.bad([]string{"poem"}, "create", "--dry-run=poem", b.id)
	b.change(func(s *specs.Spec) { s.Process.Cwd = "relative" })
	b.bad([]string{".process.cwd"}, "create", "--dry-run", b.id)
}

// TestDryRunOfCgroups: what is shown is how the process gets into its cgroups.
func TestDryRunOfCgroups(t *testing.T) {
	t.Parallel()
	b := newBundle(t, func(s *specs.Spec) { script(s, "cat /proc/self/cgroup") })
	without(b.spec, specs.CgroupNamespace)
	b.write()
	calls, shell, steps := b.good("run", "--dry-run=syscalls", b.id), b.good("run", "--dry-run=shell", b.id), b.good("run", "--dry-run", b.id)
	seen := 0
	for line := range strings.Lines(b.run()) {
		tree := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if tree[1] == "" || !strings.HasSuffix(tree[2], b.group) { // it is born in that of version 2
			continue
		}
		seen++
		dir := "/" + strings.TrimPrefix(tree[1], "name=") + tree[2]
		has(t, calls, dir+"/tasks, \"0\", 1)")
		has(t, shell, dir+"/tasks")
		has(t, steps, dir)
	}
	if seen == 0 {
		t.Skip("the host has no cgroups of version 1")
	}
}
