package checkpoint_test

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
)

// mover goes into cgroups of its own below the container's.
const mover = "for d in /sys/fs/cgroup /sys/fs/cgroup/*; do mkdir $d/sub && echo 0 >$d/sub/cgroup.procs; done 2>/dev/null; " + counter

// TestCgroups restores processes into the container's cgroups, with those that
// they made below, whether they see others' cgroups or not.
func TestCgroups(t *testing.T) {
	needs(t)
	for _, own := range []bool{false, true} {
		t.Run("namespace="+strconv.FormatBool(own), func(t *testing.T) {
			b := newBox(t, mover, func(s *specs.Spec) { delegate(s, own) })
			out := b.start()
			out.after(5)
			before := b.cgroups()
			if !strings.Contains(before, "/sub") {
				t.Fatalf("the process is in no cgroup of its own: %s", before)
			}
			inside := b.exec("cat", "/proc/1/cgroup")
			b.checkpoint()
			last := counts(t, out.whole(), 1)
			counts(t, b.restore().after(5), last+1)
			if after := b.cgroups(); after != before {
				t.Errorf("cgroups after the restore:\n%sbefore:\n%s", after, before)
			}
			if after := b.exec("cat", "/proc/1/cgroup"); after != inside {
				t.Errorf("seen from inside after the restore:\n%s\nbefore:\n%s", after, inside)
			}
			if most := b.limit(); most != "100" {
				t.Errorf("the limit of processes is %s, want 100", most)
			}
			b.end()
		})
	}
}

// TestNoCgroups restores a container that has none, and sees the host's.
func TestNoCgroups(t *testing.T) {
	needs(t)
	b := newBox(t, counter, nil)
	b.global = []string{"--cgroup-manager", "disabled"}
	out := b.start()
	out.after(1)
	b.checkpoint()
	last := counts(t, out.whole(), 1)
	counts(t, b.restore().after(1), last+1)
	own, err := os.ReadFile("/proc/self/cgroup")
	must(t, err)
	if after := b.cgroups(); after != string(own) {
		t.Errorf("cgroups after the restore:\n%swant those of this process:\n%s", after, own)
	}
	b.end()
}

// delegate lets a container write to its cgroups, with a namespace of them or not.
func delegate(s *specs.Spec, own bool) {
	s.Linux.Namespaces = slices.DeleteFunc(s.Linux.Namespaces, func(n specs.LinuxNamespace) bool { return n.Type == specs.CgroupNamespace })
	if own {
		s.Linux.Namespaces = append(s.Linux.Namespaces, specs.LinuxNamespace{Type: specs.CgroupNamespace})
	}
	for i := range s.Mounts {
		if s.Mounts[i].Type == "cgroup" {
			s.Mounts[i].Options = slices.DeleteFunc(s.Mounts[i].Options, func(o string) bool { return o == "ro" })
		}
	}
	limit := int64(100)
	s.Linux.Resources.Pids = &specs.LinuxPids{Limit: &limit}
}

func (b *box) cgroups() string {
	b.t.Helper()
	text, err := os.ReadFile("/proc/" + strconv.Itoa(b.state().Pid) + "/cgroup")
	must(b.t, err)
	return string(text)
}

// limit is the limit of processes that the container's cgroup has.
func (b *box) limit() string {
	b.t.Helper()
	for _, dir := range []string{"/sys/fs/cgroup/pids", "/sys/fs/cgroup"} {
		if text, err := os.ReadFile(filepath.Join(dir, b.spec.Linux.CgroupsPath, "pids.max")); err == nil {
			return strings.TrimSpace(string(text))
		}
	}
	return "not to be found"
}
