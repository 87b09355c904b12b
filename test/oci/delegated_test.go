package oci_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	specs "github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// ownCgroup is this process's cgroup of version 2, as a directory.
func ownCgroup(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("/proc/self/cgroup")
	must(t, err)
	for line := range strings.Lines(string(text)) {
		if path, ok := strings.CutPrefix(line, "0::"); ok {
			return filepath.Join("/sys/fs/cgroup", strings.TrimSpace(path))
		}
	}
	t.Skip("this process is in no cgroup of version 2")
	return ""
}

// limited asks for limits of what every version 2 and every user's systemd has,
// and for lines of shell that show them.
func limited(s *specs.Spec) {
	s.Linux.Resources = &specs.LinuxResources{Pids: &specs.LinuxPids{Limit: ptr(int64(20))}, Memory: &specs.LinuxMemory{Limit: ptr(int64(64 << 20))}}
	namespace(s, specs.CgroupNamespace, "")
	s.Process.Args = []string{"sleep", "1000"}
}

const tellLimited = "cd /sys/fs/cgroup; cat pids.max memory.max /proc/self/cgroup; cd /sys/fs/cgroup && mkdir x 2>&1"

// followLimited runs a container with limits through its verbs, by whoever runs
// them. It returns the host's directory of its cgroup.
func followLimited(t *testing.T, id string, by func(args ...string) result) (dir string) {
	t.Helper()
	good := func(args ...string) string {
		t.Helper()
		r := by(args...)
		if r.code != 0 {
			t.Fatalf("%v: %v", args, r)
		}
		return r.out
	}
	good("run", "--detach", id)
	same(t, "limits", good("exec", id, "sh", "-c", tellLimited+"; true"), "20\n67108864\n0::/\nmkdir: can't create directory 'x': Read-only file system\n")
	good("update", "--pids-limit", "30", "--memory", "33554432", id)
	same(t, "limits", good("exec", id, "cat", "/sys/fs/cgroup/pids.max", "/sys/fs/cgroup/memory.max"), "30\n33554432\n")
	good("pause", id)
	var s state
	must(t, json.Unmarshal([]byte(good("state", id)), &s))
	same(t, "status", s.Status, "paused")
	good("resume", id)
	has(t, good("events", "--stats", id), `"type":"stats"`)
	text, err := os.ReadFile("/proc/" + itoa(s.Pid) + "/cgroup")
	must(t, err)
	_, path, _ := strings.Cut(strings.TrimSpace(string(text)), "0::")
	dir = "/sys/fs/cgroup" + path
	limit, err := os.ReadFile(dir + "/memory.max")
	same(t, "the host's memory.max", string(limit), "33554432\n")
	must(t, err)
	good("delete", "--force", id)
	if _, err := os.Stat(dir); err == nil {
		t.Errorf("%s is left", dir)
	}
	return dir
}

// TestDelegated: an ordinary user to whom a cgroup was delegated limits containers
// in it, beside the process that makes them.
func TestDelegated(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("is about an ordinary user")
	}
	above := filepath.Dir(ownCgroup(t))
	if err := unix.Access(above, unix.W_OK); err != nil {
		t.Skipf("no cgroup is delegated to this user: %s: %v", above, err)
	}
	for _, c := range []string{"memory", "pids"} {
		if text, err := os.ReadFile(above + "/cgroup.subtree_control"); err != nil || !strings.Contains(string(text), c) {
			t.Skipf("the controller %s is not on in %s: %s%v", c, above, text, err)
		}
	}
	b, by := rootless(t, limited)
	dir := followLimited(t, b.id, by)
	same(t, "cgroup", filepath.Dir(dir), above)
	same(t, "left", strings.Join(b.left(), "\n"), "")
}
