package run_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"isle/test/programs"
)

func TestCapabilities(t *testing.T) {
	root := newRoot(t)
	for _, c := range []struct {
		args []string
		set  string
	}{
		{nil, "00000000a80425fb"}, // what container engines give
		{[]string{"--cap-drop", "ALL"}, "0000000000000000"},
		{[]string{"--cap-drop", "all", "--cap-add", "chown"}, "0000000000000001"},
		{[]string{"--cap-add", "SYS_ADMIN"}, "00000000a82425fb"},
		{[]string{"--cap-add", "CAP_SYS_ADMIN", "--cap-drop", "mknod"}, "00000000a02425fb"},
	} {
		args := append(append([]string{"--rootfs", root}, c.args...), "/bin/probe", "status", "CapPrm", "CapEff", "CapBnd", "CapInh", "CapAmb")
		none := "0000000000000000"
		want(t, 0, "CapInh: "+none+"\nCapPrm: "+c.set+"\nCapEff: "+c.set+"\nCapBnd: "+c.set+"\nCapAmb: "+none+"\n", args...)
	}
	want(t, 125, `unknown capability: "bogus"`, "--cap-add", "bogus", "true")
	want(t, 125, "both added and dropped", "--cap-add", "chown", "--cap-drop", "chown", "true")
	want(t, 1, "operation not permitted", "--rootfs", root, "/bin/probe", "tmpfs", "/tmp")
	want(t, 0, "", "--rootfs", root, "--cap-add", "SYS_ADMIN", "/bin/probe", "tmpfs", "/tmp")
	needSubids(t)
	want(t, 0, "CapPrm: 0000000000000000\nCapEff: 0000000000000000\nCapBnd: 00000000a80435fb", "--rootfs", root, "--cap-add", "NET_ADMIN", "-u", "bob",
		"/bin/probe", "status", "CapPrm", "CapEff", "CapBnd")
}

// TestNoNewPrivs: a set-user-ID file of root's gains a user nothing, unless
// that is asked for.
func TestNoNewPrivs(t *testing.T) {
	needSubids(t)
	root := newRoot(t)
	if err := programs.Copy(probePath, filepath.Join(root, "bin/suid")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(root, "bin/suid"), 0o755|os.ModeSetuid); err != nil {
		t.Fatal(err)
	}
	file := archive(t, root)
	words := []string{"/bin/probe", "status", "NoNewPrivs", "Seccomp", ",", "exec", "/bin/suid", "euid"}
	for _, rootfs := range []string{root, file} {
		if rootfs == root && os.Geteuid() != 0 {
			continue // the file belongs to the user, who is root inside only in the archive
		}
		want(t, 0, "NoNewPrivs: 1\nSeccomp: 2\neuid 1000\n", append([]string{"--rootfs", rootfs, "-u", "bob"}, words...)...)
		want(t, 0, "NoNewPrivs: 0\nSeccomp: 2\neuid 0\n", append([]string{"--rootfs", rootfs, "-u", "bob", "--no-new-privs=no"}, words...)...)
	}
	want(t, 125, "takes yes or no", "--no-new-privs=perhaps", "true")
}

func TestSeccomp(t *testing.T) {
	root := newRoot(t)
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		write(t, path, text)
		return path
	}
	want(t, 1, "function not implemented", "--rootfs", root, "--seccomp",
		file("own", `{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":38}]}`), "/bin/probe", "mkdir", "/tmp/d")
	want(t, 0, "Seccomp: 2\n", "--rootfs", root, "/bin/probe", "status", "Seccomp")
	want(t, 0, "Seccomp: 0\n", "--rootfs", root, "--seccomp", "unconfined", "/bin/probe", "status", "Seccomp")
	want(t, 1, "operation not permitted", "--rootfs", root, "/bin/probe", "unshare")
	for arg, part := range map[string]string{
		file("cut", "{"): "seccomp profile", file("action", `{"defaultAction":"SCMP_ACT_BOGUS"}`): `"SCMP_ACT_BOGUS"`,
		dir + "/none": "no such file", dir: "is a directory",
	} {
		want(t, 125, part, "--rootfs", root, "--seccomp", arg, "/bin/probe", "id")
	}
}

func TestLandlock(t *testing.T) {
	if _, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, 1); errno != 0 {
		t.Skip("landlock: ", errno)
	}
	args := []string{"--rootfs", newRoot(t), "--landlock-ro", "/bin", "--landlock-ro", "/etc/group", "--landlock-rw", "/tmp", "/bin/probe"}
	want(t, 0, "wheel", append(args, "cat", "/etc/group", ",", "write", "/tmp/x", "x", ",", "cat", "/tmp/x")...)
	want(t, 1, "permission denied", append(args, "cat", "/etc/passwd")...)
	want(t, 1, "permission denied", append(args, "write", "/bin/x", "x")...)
	want(t, 1, "permission denied", append(args, "ls", "/")...)
	want(t, 125, "allow access to /none: No such file or directory", "--landlock-ro", "/none", "true")
	want(t, 125, "not an absolute path", "--landlock-rw", "tmp", "true")
	want(t, 125, "landlock needs no_new_privs", "--landlock-rw", "/", "--no-new-privs=no", "true")
	want(t, 126, "Permission denied", "--rootfs", args[1], "--landlock-rw", "/tmp", "/bin/probe", "id")
}

func TestResourceLimits(t *testing.T) {
	root := newRoot(t)
	const nofile, core = "7", "4"
	want(t, 0, "limit 64 64\n", "--rootfs", root, "--rlimit", "nofile=64", "/bin/probe", "limit", nofile)
	want(t, 0, "limit 5 7\n", "--rootfs", root, "--rlimit", "RLIMIT_CORE=5:7", "/bin/probe", "limit", core)
	want(t, 0, "limit 0 0\n", "--rootfs", root, "--rlimit", "core=0", "/bin/probe", "limit", core)
	for arg, part := range map[string]string{
		"nofile": "NAME=SOFT[:HARD]", "nofile=": "NAME=SOFT[:HARD]", "nofile=-5": "NAME=SOFT[:HARD]", "nofile=1x": "NAME=SOFT[:HARD]",
		"nofile=5:3": "above the hard one", "bogus=1": `unknown resource limit "bogus"`, "=1": "unknown resource limit",
		"nofile=18446744073709551616": "NAME=SOFT[:HARD]",
	} {
		want(t, 125, part, "--rlimit", arg, "true")
	}
	// The caller's own, not one that the Go runtime has raised for itself.
	r := run(t, "sh", "-c", "ulimit -n")
	if cmd := command(t); strings.TrimSpace(r.out) != shell(t, cmd.Env, "ulimit -n") {
		t.Errorf("open files inside: %s", r.out)
	}
}
