package cli

import (
	"encoding/json"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

type differences struct {
	Same     bool
	A, B     struct{ PID int }
	Sections []struct {
		Title             string
		Namespace, Shared bool
		Rows              []struct{ What, A, B string }
	}
}

// row is what differs, as "A | B"; empty if nothing is said of that.
func (d *differences) row(section, what string) string {
	for _, s := range d.Sections {
		for _, r := range s.Rows {
			if s.Title == section && r.What == what {
				return r.A + " | " + r.B
			}
		}
	}
	return ""
}

func diff(t *testing.T, a, b string) *differences {
	t.Helper()
	r := run(t, "", aisle(), "diff", "--json", a, b)
	var d differences
	if err := json.Unmarshal([]byte(r.out), &d); err != nil || r.status.ExitStatus() > 1 {
		t.Fatalf("%v: %+v", err, r)
	}
	return &d
}

// TestDiff makes two processes that differ in every respect, and has each told.
func TestDiff(t *testing.T) {
	needUserNamespaces(t)
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skip("there is no ip(8) to make links with")
	}
	a, _ := started(t, "unshare", "--map-root-user", "--net", "--uts", "--ipc", "--mount", "--cgroup", "--time", "--monotonic", "100", "sh", "-ec", `
		ip link add left type veth peer name right; ip link set left up; ip address add 10.1.2.3/24 dev left
		ip route add 10.9.0.0/16 via 10.1.2.4
		hostname inside; ipcmk --shmem 4096 >/dev/null
		mount -t tmpfs -o nosuid box /mnt
		ulimit -n 77
		echo up
		exec setpriv --no-new-privs --bounding-set=-mknod sleep 60`)
	pid := strconv.Itoa(a.Process.Pid)
	eventually(t, "setpriv is done", func() bool {
		text, _ := os.ReadFile("/proc/" + pid + "/comm")
		return string(text) == "sleep\n"
	})
	d := diff(t, pid, "self")
	host, _ := os.Hostname()
	for _, want := range [][3]string{
		{"user", "user ids", "0 is " + strconv.Itoa(os.Geteuid()) + " | all as they are"},
		{"uts", "host name", "inside | " + host},
		{"net", "link left", "veth, up, mtu 1500 | "},
		{"net", "address 10.1.2.3/24", "on left | "},
		{"net", "route 10.9.0.0/16", "via 10.1.2.4 on left | "},
		{"mount", "/mnt", "tmpfs box (rw,nosuid,relatime) | "},
		{"time", "monotonic", "1m40s | 0s"},
		{"confinement", "no_new_privs", "yes | no"},
	} {
		if got := d.row(want[0], want[1]); got != want[2] {
			t.Errorf("%s, %s: %q, want %q", want[0], want[1], got, want[2])
		}
	}
	if got := d.row("limits", "max open files"); !strings.HasPrefix(got, "77 | ") {
		t.Errorf("limits: %q", got)
	}
	if os.Geteuid() == 0 && !strings.HasSuffix(d.row("capabilities", "bounding"), " | mknod") {
		t.Errorf("capabilities: %q", d.row("capabilities", "bounding"))
	}
	if d.Same || d.A.PID != a.Process.Pid {
		t.Errorf("%+v", d)
	}
	for _, s := range d.Sections {
		if s.Title == "pid" && !s.Shared {
			t.Error("the PID namespace is shared")
		}
		if s.Title == "ipc" && len(s.Rows) == 0 {
			t.Error("nothing is said of the shared memory")
		}
	}
}

// TestDiffStatus is 0 for the same, 1 for others, 2 for what cannot be told.
func TestDiffStatus(t *testing.T) {
	twin, _ := started(t, "sh", "-c", "echo up; exec sleep 60")
	pid := strconv.Itoa(twin.Process.Pid)
	for line, want := range map[string]int{
		pid + " " + pid: 0, "4194303 self": 2, "self nosuch": 2, "": 2, "a b c": 2, "--bogus": 2, "--help": 0,
	} {
		r := run(t, "", append([]string{aisle(), "diff"}, strings.Fields(line)...)...)
		if r.status.ExitStatus() != want || want == 2 != (r.err != "") {
			t.Errorf("%q: %+v, want status %d", line, r, want)
		}
	}
	r := run(t, "", aisle(), "diff", pid, "self")
	if r.status.ExitStatus() > 1 || !strings.Contains(r.out, "shared") {
		t.Errorf("%+v", r)
	}
}

// TestDiffPID: in another PID namespace fewer processes are in sight.
func TestDiffPID(t *testing.T) {
	needUserNamespaces(t)
	front, _ := started(t, "unshare", "--map-root-user", "--pid", "--fork", "--kill-child", "sh", "-c", "echo up; sleep 60")
	children, err := os.ReadFile("/proc/" + strconv.Itoa(front.Process.Pid) + "/task/" + strconv.Itoa(front.Process.Pid) + "/children")
	if err != nil {
		t.Skip("the kernel does not list children: ", err)
	}
	child, _ := strconv.Atoi(strings.TrimSpace(string(children)))
	endWith(t, child)
	d := diff(t, strconv.Itoa(child), strconv.Itoa(front.Process.Pid))
	if got := d.row("pid", "sees"); !strings.HasPrefix(got, "1 process |") && !strings.HasPrefix(got, "2 processes |") {
		t.Errorf("%q in %+v", got, d)
	}
}
