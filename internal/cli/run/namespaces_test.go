package run_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"isle/ns"
)

// inode is what a namespace's link in /proc says.
func inode(t *testing.T, pid string, k ns.Kind) string {
	t.Helper()
	text, err := os.Readlink(filepath.Join("/proc", pid, "ns", k.File()))
	if err != nil {
		t.Skip("namespaces of another process are not to be seen: ", err)
	}
	return text
}

// TestNewNamespaces: all kinds are new, the user namespace for those who need it.
func TestNewNamespaces(t *testing.T) {
	root := newRoot(t)
	for _, k := range ns.All.Kinds() {
		same := run(t, "--rootfs", root, "/bin/probe", "link", "/proc/self/ns/"+k.File()).out == inode(t, "self", k)+"\n"
		if same != (k == ns.User && os.Geteuid() == 0) {
			t.Errorf("%s namespace: shared %v", k, same)
		}
	}
}

func TestShare(t *testing.T) {
	root := newRoot(t)
	for _, k := range (ns.All.Without(ns.User).Without(ns.Mount)).Kinds() {
		want(t, 0, inode(t, "self", k), "--rootfs", root, "--share", k.String(), "/bin/probe", "link", "/proc/self/ns/"+k.File())
	}
	want(t, 0, "pid", "--rootfs", root, "--share", "net,pid,ipc,uts,cgroup,time", "/bin/probe", "ps")
	want(t, 0, "pid", "--rootfs", root, "--share", "net", "--share", "pid", "/bin/probe", "ps")
	want(t, 125, "unknown namespace type: bogus", "--share", "net,bogus", "true")
	want(t, 125, "mount namespace can be neither shared", "--share", "mount", "true")
	want(t, 125, "needs a UTS namespace of its own", "--share", "uts", "--hostname", "x", "true")
	if os.Geteuid() != 0 {
		want(t, 125, "cannot be shared without CAP_SYS_ADMIN", "--share", "user", "true")
	}
}

// TestSharedIPC: shared memory in files is the host's when the namespace is.
func TestSharedIPC(t *testing.T) {
	f, err := os.CreateTemp("/dev/shm", "isle-test-")
	if err != nil {
		t.Skip("shared memory: ", err)
	}
	f.Close()
	defer os.Remove(f.Name())
	want(t, 0, filepath.Base(f.Name()), "--rootfs", newRoot(t), "--share", "ipc", "/bin/probe", "ls", "/dev/shm")
	if r := want(t, 0, "", "--rootfs", newRoot(t), "/bin/probe", "ls", "/dev/shm"); r.out != "" {
		t.Errorf("a new IPC namespace has %q", r.out)
	}
}

// TestJoin enters the namespaces of an island that runs.
func TestJoin(t *testing.T) {
	root := newRoot(t)
	cmd, _ := start(t, "--rootfs", root, "--hostname", "first", "/bin/probe", "say", "up", ",", "sleep", "1m")
	pid := childOf(t, cmd.Process.Pid)
	join := []string{"--rootfs", root}
	if os.Geteuid() != 0 {
		join = append(join, "--join", "user="+pid)
	}
	for _, k := range (ns.All.Without(ns.User).Without(ns.Mount)).Kinds() {
		link := inode(t, pid, k)
		for _, how := range []string{pid, "/proc/" + pid + "/ns/" + k.File()} {
			want(t, 0, link, append(join, "--join", k.String()+"="+how, "/bin/probe", "link", "/proc/self/ns/"+k.File())...)
		}
	}
	want(t, 0, "first", append(join, "--join", "uts="+pid, "/bin/probe", "hostname")...)
	want(t, 0, "of 2", append(join, "--join", "pid="+pid, "/bin/probe", "ps")...)
	// One's own user namespace, which root shares: there is nothing to enter.
	want(t, 0, "uid 0 gid 0", "--rootfs", root, "--join", "user="+pid, "/bin/probe", "id", ",", "write", "/tmp/x", "x")
}

// TestJoinAsRoot enters an ordinary user's namespaces, being nobody there at first.
func TestJoinAsRoot(t *testing.T) {
	needRoot(t)
	root := newRoot(t)
	for _, dir := range []string{"proc", "sys", "dev"} { // which user 200000 may not make in it
		if err := os.Mkdir(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd, _ := start(t, "--rootfs", root, "--uidmap", "0:200000:1000", "--gidmap", "0:200000:1000", "/bin/probe", "say", "up", ",", "sleep", "1m")
	pid := childOf(t, cmd.Process.Pid)
	want(t, 0, "uid 0 gid 0", "--rootfs", root, "--join", "user="+pid, "--join", "net="+pid, "/bin/probe", "id")
}

func TestJoinRefuses(t *testing.T) {
	for arg, part := range map[string]string{
		"net":                     "--join takes KIND=PATH or KIND=PID",
		"net=":                    "--join takes KIND=PATH or KIND=PID",
		"what=1":                  "unknown namespace type: what",
		"net=/nonexistent":        "cannot open /nonexistent: No such file or directory",
		"net=4194304":             "No such file or directory",
		"net=/etc/passwd":         "is not a namespace",
		"net=/proc/self/ns/uts":   "is a uts namespace",
		"mount=/proc/self/ns/mnt": "mount namespace can be neither",
	} {
		want(t, 125, part, "--join", arg, "true")
	}
}

// childOf is the one child of a process.
func childOf(t *testing.T, pid int) string {
	t.Helper()
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, f := range files {
		for _, word := range strings.Fields(read(t, f)) {
			if _, err := strconv.Atoi(word); err == nil {
				return word
			}
		}
	}
	t.Fatalf("process %d has no child", pid)
	return ""
}
