package run_test

import (
	"os"
	"path/filepath"
	"testing"
)

func TestEnvironment(t *testing.T) {
	root := newRoot(t)
	t.Setenv("ISLE_TEST_CALLERS", "mine")
	t.Setenv("TERM", "vt100")
	const clean = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nHOME=/root\nTERM=vt100\n"
	if r := want(t, 0, clean, "--rootfs", root, "/bin/probe", "env"); r.out != clean {
		t.Errorf("the environment is %q", r.out)
	}
	want(t, 0, clean+"A=1\nB=x=y\nISLE_TEST_CALLERS=mine\n", "--rootfs", root, "-e", "A=0", "-e", "A=1", "-e", "B=x=y", "-e", "ISLE_TEST_CALLERS", "-e", "ISLE_TEST_NONE", "/bin/probe", "env")
	want(t, 0, "ISLE_TEST_CALLERS=mine\n", "env") // the host's files, the caller's environment

	file := filepath.Join(t.TempDir(), "env")
	write(t, file, "A=1\n# a comment\n\n  B=two words\nISLE_TEST_CALLERS\nISLE_TEST_NONE\nC=\nD=3\r\n")
	want(t, 0, clean+"A=2\nB=two words\nISLE_TEST_CALLERS=mine\nC=\nD=3\n", "--rootfs", root, "--env-file", file, "-e", "A=2", "/bin/probe", "env")
	want(t, 127, "failed to execute probe", "--rootfs", root, "-e", "PATH=/none", "probe", "id")
	want(t, 0, "uid 0", "--rootfs", root, "-e", "PATH=/none:/bin", "probe", "id")
}

func TestEnvironmentRefused(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"unnamed": "A=1\n=x\n", "spaced": "A B=x\n"} {
		write(t, filepath.Join(dir, name), text)
	}
	for _, c := range [][3]string{
		{"-e", "=x", "invalid variable"}, {"-e", "", "invalid variable"}, {"-e", "A B=1", "invalid variable"},
		{"--env-file", dir + "/unnamed", "line 2: invalid variable"}, {"--env-file", dir + "/spaced", "line 1: invalid variable"},
		{"--env-file", dir + "/none", "no such file"}, {"--env-file", dir, "is a directory"},
	} {
		want(t, 125, c[2], c[0], c[1], "true")
	}
}

func TestWorkingDirectory(t *testing.T) {
	root := newRoot(t)
	want(t, 0, "/\n", "--rootfs", root, "/bin/probe", "pwd")
	want(t, 0, "/home/bob\n", "--rootfs", root, "-w", "/home/bob", "/bin/probe", "pwd")
	want(t, 0, "/etc\n", "--rootfs", root, "-w", "/home/../tmp/../etc/", "/bin/probe", "pwd")
	want(t, 125, "cannot change directory to /none: No such file or directory", "--rootfs", root, "-w", "/none", "/bin/probe", "pwd")
	want(t, 125, "cannot change directory to /etc/passwd: Not a directory", "--rootfs", root, "-w", "/etc/passwd", "/bin/probe", "pwd")
	want(t, 125, "not an absolute path", "--rootfs", root, "-w", "home", "/bin/probe", "pwd")
	cmd := command(t, "pwd") // on the host's files: where the caller is
	cmd.Dir = openDir(t)
	if r := finish(t, cmd); r.code != 0 || r.out != cmd.Dir+"\n" {
		t.Errorf("%+v, want %s", r, cmd.Dir)
	}
}

func TestHostname(t *testing.T) {
	root := newRoot(t)
	want(t, 0, "isle (none)\n", "--rootfs", root, "/bin/probe", "hostname")
	want(t, 0, "a-name example.org\n", "--rootfs", root, "--hostname", "a-name", "--domainname", "example.org", "/bin/probe", "hostname")
	for _, bad := range []string{"", "a b", "a/b", "0123456789012345678901234567890123456789012345678901234567890123456"} {
		want(t, 125, "invalid host or domain name", "--hostname", bad, "true")
		want(t, 125, "invalid host or domain name", "--domainname", bad, "true")
	}
}

func TestUser(t *testing.T) {
	root := newRoot(t)
	want(t, 0, "uid 0 gid 0", "--rootfs", root, "/bin/probe", "id")
	want(t, 0, "uid 0 gid 0", "--rootfs", root, "-u", "root", "/bin/probe", "id")
	for arg, part := range map[string]string{
		"nosuch": `user "nosuch" is not in /etc/passwd of the root`, "bob:nosuch": `group "nosuch" is not in`,
		"-1": "invalid id", "4294967295": "invalid id", "4294967296": "invalid id", "bob:": "no group after the colon",
	} {
		want(t, 125, part, "--rootfs", root, "-u", arg, "/bin/probe", "id")
	}
	if os.Geteuid() != 0 {
		want(t, 125, "user 3000000000 is not mapped", "--rootfs", root, "-u", "3000000000", "/bin/probe", "id")
	}
	needSubids(t)
	for arg, part := range map[string]string{
		"bob": "uid 1000 gid 1000 groups [10 1000]", "1000": "uid 1000 gid 1000 groups [10 1000]",
		"bob:wheel": "uid 1000 gid 10 groups [10]", "1000:77": "uid 1000 gid 77 groups [77]",
		"4242": "uid 4242 gid 0 groups [0]", ":wheel": "uid 0 gid 10 groups [10]",
	} {
		want(t, 0, part+"\n", "--rootfs", root, "-u", arg, "/bin/probe", "id")
	}
	want(t, 0, "HOME=/home/bob\n", "--rootfs", root, "-u", "bob", "/bin/probe", "env")
}

// TestSingleID: without subordinate ids there is root alone, and isle says so.
func TestSingleID(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("user 0 has all ids")
	}
	root := newRoot(t)
	own := []string{"--rootfs", root, "--uidmap", "0:" + id(os.Geteuid()) + ":1", "--gidmap", "0:" + id(os.Getegid()) + ":1"}
	want(t, 0, "uid 0 gid 0", append(own, "/bin/probe", "id")...)
	want(t, 125, "user 1000 is not mapped", append(own, "-u", "bob", "/bin/probe", "id")...)
	if err := command(t, "--rootfs", root, "/bin/probe", "id").Run(); err != nil {
		t.Error(err)
	}
}
