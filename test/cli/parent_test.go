package cli

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// TestParentInside: the unshare that waits is in the new namespaces as well,
// whose pid is the one that a script knows: ip link set eth0 netns $!.
func TestParentInside(t *testing.T) {
	needUserNamespaces(t)
	cmd, _ := started(t, unshare, "--map-root-user", "--fork", "--kill-child", "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--time",
		"sh", "-c", "echo up; exec sleep 60")
	eventually(t, "isle waits", func() bool { return waits(cmd.Process.Pid) })
	parent := strconv.Itoa(cmd.Process.Pid)
	text, err := os.ReadFile("/proc/" + parent + "/task/" + parent + "/children")
	if err != nil {
		t.Fatal(err)
	}
	child := strings.TrimSpace(string(text))
	link := func(pid, file string) string {
		to, err := os.Readlink("/proc/" + pid + "/ns/" + file)
		if err != nil {
			return err.Error()
		}
		return to
	}
	for _, k := range []string{"user", "mnt", "uts", "ipc", "net", "cgroup"} {
		eventually(t, k+": the parent is where the child is", func() bool { return link(parent, k) == link(child, k) })
		if link(parent, k) == link("self", k) {
			t.Errorf("%s: the child is where it was", k)
		}
	}
	if got, want := link(parent, "pid_for_children"), link(child, "pid"); got != want || link(parent, "pid") != link("self", "pid") {
		t.Errorf("the parent's children would be in %s, the child is in %s", got, want)
	}
	r := run(t, "", nsenter, "--preserve-credentials", "-t", parent, "-U", "-n", "-p", "sh", "-c", "readlink /proc/self/ns/net 2>/dev/null; echo $$")
	if fields := strings.Fields(r.out); r.status != 0 || len(fields[len(fields)-1]) > 2 {
		t.Errorf("entered by the pid of the parent: %+v", r)
	}
	if out, err := exec.Command("readlink", "/proc/self/ns/net").Output(); err != nil || strings.Contains(r.out, strings.TrimSpace(string(out))) {
		t.Errorf("the network is this one's: %+v", r)
	}
}
